using LlmSim.Model.Architecture;
using LlmSim.Model.Hardware;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;

namespace LlmSim.Model.Memory;

/// <summary>What the cache of one sequence takes on one device of a stage.</summary>
/// <remarks>Layers with full attention grow with the context, windowed layers until the window is full, constant-state layers not at all.</remarks>
public sealed record KvCacheMemory
{
    /// <summary>Bytes per token in all layers that keep every token.</summary>
    public required Bytes GrowingPerToken { get; init; }

    /// <summary>Bytes per token in all windowed layers, while the window is not full.</summary>
    public required Bytes WindowedPerToken { get; init; }

    /// <summary>Window of the windowed layers in tokens, the largest where they differ; zero where there are none.</summary>
    public required int Window { get; init; }

    /// <summary>Bytes per sequence whatever its length: recurrent states and convolution taps.</summary>
    public required Bytes StatePerSequence { get; init; }

    /// <summary>Bytes per token while no window is full: the usual figure of a model.</summary>
    public Bytes PerToken => GrowingPerToken + WindowedPerToken;

    /// <summary>Bytes of a sequence of <paramref name="context"/> tokens.</summary>
    public Bytes PerSequence(double context) =>
        (GrowingPerToken * context) + (WindowedPerToken * Math.Min(context, Window)) + StatePerSequence;

    /// <summary>Cache of the whole model on one device.</summary>
    public static KvCacheMemory Of(TransformerArchitecture architecture, NumberFormat format) =>
        Of(architecture, ParallelLayout.Single, format, StageLayers.Split(architecture.Layers.Length, 1), 0);

    /// <summary>Cache on one device of a stage.</summary>
    public static KvCacheMemory Of(TransformerArchitecture architecture, ParallelLayout layout, NumberFormat format, StageLayers stages, int stage)
    {
        Bytes growing = Bytes.Zero, windowed = Bytes.Zero, state = Bytes.Zero;
        int window = 0;
        foreach (int index in stages.LayersOn(stage))
        {
            SequenceMixer mixer = architecture.Layers[index].Mixer;
            Bytes perToken = PerTokenOfLayer(mixer, format, layout.Tensor) / layout.Context;
            switch (mixer)
            {
                case AttentionSpec { Window: > 0 } attention:
                    windowed += perToken;
                    window = Math.Max(window, attention.Window);
                    break;
                case StateSpaceSpec recurrent:
                    state += recurrent.StatePerSequence / layout.Tensor;
                    break;
                default:
                    growing += perToken;
                    break;
            }
        }

        return new KvCacheMemory { GrowingPerToken = growing, WindowedPerToken = windowed, Window = window, StatePerSequence = state };
    }

    /// <summary>
    /// Bytes per token of one layer on one of <paramref name="tensor"/> ranks: 2·kv_heads·d·bytes, or the latent of DeepSeek-V2, which every rank
    /// holds whole.
    /// </summary>
    public static Bytes PerTokenOfLayer(SequenceMixer mixer, NumberFormat format, int tensor) => mixer switch
    {
        AttentionSpec a => format.Size() * (2 * ParameterSharding.KvHeadsPerRank(a.KvHeads, tensor) * a.HeadSize),
        LatentAttentionSpec m => (format.Size() * (m.KvRank + m.RopeHeadSize)) + IndexerKey(m),
        _ => Bytes.Zero,
    };

    /// <summary>The indexer of DeepSeek-V3.2 caches one key per token in fp8 with an fp32 scale per 128 values.</summary>
    private static Bytes IndexerKey(LatentAttentionSpec spec) =>
        spec.IndexHeads == 0 ? Bytes.Zero : new Bytes(spec.IndexHeadSize + (4 * Math.Ceiling(spec.IndexHeadSize / 128d)));
}
