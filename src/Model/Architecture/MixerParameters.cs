namespace LlmSim.Model.Architecture;

/// <summary>Counts the parameters of what mixes tokens, matrix by matrix.</summary>
internal static class MixerParameters
{
    /// <summary>Parameters of one layer's mixer on a residual stream of the given width.</summary>
    public static long Count(SequenceMixer mixer, long hidden) => mixer switch
    {
        AttentionSpec attention => Softmax(attention, hidden),
        LatentAttentionSpec latent => Latent(latent, hidden),
        StateSpaceSpec state => State(state, hidden),
        _ => throw new NotSupportedException($"no parameter count for {mixer.GetType().Name}"),
    };

    private static long Softmax(AttentionSpec spec, long hidden)
    {
        long query = (long)spec.Heads * spec.HeadSize;
        long key = (long)spec.KvHeads * spec.HeadSize;
        long queryAndGate = spec.OutputGate ? 2 * query : query;
        long matrices = (hidden * queryAndGate) + (2 * hidden * key) + (query * hidden);
        long bias = spec.Bias switch
        {
            AttentionBias.Qkv => queryAndGate + (2 * key),
            AttentionBias.All => queryAndGate + (2 * key) + hidden,
            _ => 0,
        };
        long norms = spec.QkNorm switch
        {
            QkNorm.PerHead => 2L * spec.HeadSize,
            QkNorm.FullWidth => query + key,
            _ => 0,
        };
        return matrices + bias + norms + (spec.Sinks ? spec.Heads : 0);
    }

    /// <summary>DeepSeek-V2 (2024), section 2.1: compressed queries and keys, each with a norm, and their projections up to the heads.</summary>
    private static long Latent(LatentAttentionSpec spec, long hidden)
    {
        long heads = spec.Heads;
        long query = heads * (spec.NopeHeadSize + spec.RopeHeadSize);
        long toQuery = spec.QueryRank == 0 ? hidden * query : (hidden * spec.QueryRank) + spec.QueryRank + (spec.QueryRank * query);
        long toLatent = (hidden * (spec.KvRank + spec.RopeHeadSize)) + spec.KvRank;
        long fromLatent = spec.KvRank * heads * (spec.NopeHeadSize + spec.ValueHeadSize);
        return toQuery + toLatent + fromLatent + (heads * spec.ValueHeadSize * hidden) + Indexer(spec, hidden);
    }

    /// <summary>DeepSeek-V3.2's indexer: queries from the compressed query, one key with a layer norm, one weight a head.</summary>
    private static long Indexer(LatentAttentionSpec spec, long hidden)
    {
        long width = spec.IndexHeadSize;
        long source = spec.QueryRank == 0 ? hidden : spec.QueryRank;
        return spec.IndexHeads == 0 ? 0 : (source * spec.IndexHeads * width) + (hidden * width) + (2 * width) + (hidden * spec.IndexHeads);
    }

    private static long State(StateSpaceSpec spec, long hidden)
    {
        long channels = spec.ConvolutionChannels;
        long values = (long)spec.ValueHeads * spec.ValueHeadSize;
        long convolution = channels * spec.ConvolutionWidth;
        long output = values * hidden;
        return spec.Kind switch
        {
            // Qwen3-Next: q, k, v and z; two gates, a decay and a step bias per value head; a norm of head size.
            StateSpaceKind.GatedDeltaNet =>
                (hidden * (channels + values + (2L * spec.ValueHeads))) + convolution + (2L * spec.ValueHeads) + spec.ValueHeadSize + output,

            // Mamba-2: z, x, B, C and a step per head; a convolution with bias; decay, skip and step bias per head; a norm of the inner width.
            StateSpaceKind.Mamba2 =>
                (hidden * (channels + values + spec.ValueHeads)) + convolution + channels + (3L * spec.ValueHeads) + values + output,

            // MiniMax-01: q, k, v and an output gate; a norm of the inner width.
            StateSpaceKind.LinearAttention => (hidden * (channels + values)) + convolution + values + output,
            _ => throw new NotSupportedException($"no parameter count for {spec.Kind}"),
        };
    }
}
