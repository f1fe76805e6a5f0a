using LlmSim.Model.Architecture;

namespace LlmSim.Model.Memory;

/// <summary>Counts the parameters of what mixes tokens, as one of t tensor-parallel ranks holds them.</summary>
internal static class MixerSharding
{
    /// <summary>Parameters of one rank.</summary>
    public static double Parameters(SequenceMixer mixer, double hidden, int tensor) => mixer switch
    {
        AttentionSpec attention => Attention(attention, hidden, tensor),
        LatentAttentionSpec latent => Latent(latent, hidden, tensor),
        StateSpaceSpec state => State(state, hidden, tensor),
        _ => throw new NotSupportedException($"no parameter count for {mixer.GetType().Name}"),
    };

    private static double Attention(AttentionSpec spec, double hidden, int tensor)
    {
        double queries = (double)spec.Heads * spec.HeadSize / tensor;
        double keysAndValues = 2 * ParameterSharding.KvHeadsPerRank(spec.KvHeads, tensor) * spec.HeadSize;
        double columns = (queries * (spec.OutputGate ? 2 : 1)) + keysAndValues;
        double bias = spec.Bias == AttentionBias.None ? 0 : columns + (spec.Bias == AttentionBias.All ? hidden : 0);
        double norms = spec.QkNorm switch
        {
            QkNorm.PerHead => 2d * spec.HeadSize,
            QkNorm.FullWidth => queries + (keysAndValues / 2),
            _ => 0,
        };
        return (hidden * (columns + queries)) + bias + norms + (spec.Sinks ? (double)spec.Heads / tensor : 0);
    }

    private static double Latent(LatentAttentionSpec spec, double hidden, int tensor)
    {
        double heads = (double)spec.Heads / tensor;
        double queryWidth = heads * (spec.NopeHeadSize + spec.RopeHeadSize);
        double query = spec.QueryRank > 0
            ? (hidden * spec.QueryRank) + spec.QueryRank + (spec.QueryRank * queryWidth)
            : hidden * queryWidth;
        double keysAndValues = (hidden * (spec.KvRank + spec.RopeHeadSize)) + spec.KvRank
            + (spec.KvRank * heads * (spec.NopeHeadSize + spec.ValueHeadSize));
        double output = heads * spec.ValueHeadSize * hidden;
        return query + keysAndValues + output + Indexer(spec, hidden);
    }

    /// <summary>DeepSeek-V3.2's indexer: queries from the compressed query, one key with its layer norm, and a weight per head; replicated.</summary>
    private static double Indexer(LatentAttentionSpec spec, double hidden)
    {
        if (spec.IndexHeads == 0)
        {
            return 0;
        }

        double source = spec.QueryRank > 0 ? spec.QueryRank : hidden;
        double queries = source * spec.IndexHeads * spec.IndexHeadSize;
        double key = (hidden * spec.IndexHeadSize) + (2d * spec.IndexHeadSize);
        return queries + key + (hidden * spec.IndexHeads);
    }

    private static double State(StateSpaceSpec spec, double hidden, int tensor)
    {
        double values = (double)spec.ValueHeads * spec.ValueHeadSize;
        double convolution = (double)spec.ConvolutionChannels * spec.ConvolutionWidth;
        return spec.Kind switch
        {
            // Qwen3-Next: q, k, v, z and two gates per head; decay and step bias per head; a norm of head size.
            StateSpaceKind.GatedDeltaNet =>
                (((hidden * (spec.ConvolutionChannels + values + (2d * spec.ValueHeads))) + convolution + (2d * spec.ValueHeads)
                + (values * hidden)) / tensor) + spec.ValueHeadSize,

            // Mamba-2: z, x, B, C and one step per head; convolution with bias; decay, skip and step bias per head; a norm of the inner width.
            StateSpaceKind.Mamba2 =>
                ((hidden * (spec.ConvolutionChannels + values + spec.ValueHeads)) + convolution + spec.ConvolutionChannels + (3d * spec.ValueHeads)
                + values + (values * hidden)) / tensor,

            // MiniMax-01: q, k, v, an output gate and a norm of the inner width.
            StateSpaceKind.LinearAttention =>
                ((hidden * (spec.ConvolutionChannels + values)) + convolution + values + (values * hidden)) / tensor,
            _ => throw new NotSupportedException($"no parameter count for {spec.Kind}"),
        };
    }
}
