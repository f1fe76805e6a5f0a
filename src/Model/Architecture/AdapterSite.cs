using System.Collections.Immutable;

namespace LlmSim.Model.Architecture;

/// <summary>A matrix that an adapter stands beside.</summary>
/// <param name="Target">Which one.</param>
/// <param name="Inputs">Its inputs over all tensor-parallel ranks.</param>
/// <param name="Outputs">Its outputs over all tensor-parallel ranks.</param>
/// <param name="SplitsInputs">Whether tensor parallelism splits its inputs (row-parallel) rather than its outputs.</param>
public readonly record struct AdapterSite(AdapterTargets Target, double Inputs, double Outputs, bool SplitsInputs)
{
    /// <summary>Parameters of the adapter that one of t tensor-parallel ranks holds: one of both matrices is split as its matrix is, the other replicated.</summary>
    public double Parameters(int rank, int tensor) => rank * (SplitsInputs ? (Inputs / tensor) + Outputs : Inputs + (Outputs / tensor));

    /// <summary>The sites of a layer that adapters may stand beside, and are asked to.</summary>
    /// <remarks>Routed experts and layers of constant state have none: their fused kernels leave no place for adapters in common software.</remarks>
    public static ImmutableArray<AdapterSite> Of(LayerSpec layer, double hidden, AdapterTargets targets) =>
        [.. OfMixer(layer.Mixer, hidden).Concat(OfFeedForward(layer.FeedForward, hidden)).Where(site => targets.HasFlag(site.Target))];

    private static IEnumerable<AdapterSite> OfMixer(SequenceMixer mixer, double hidden)
    {
        switch (mixer)
        {
            case AttentionSpec spec:
                double queries = (double)spec.Heads * spec.HeadSize;
                double keys = (double)spec.KvHeads * spec.HeadSize;
                yield return new(AdapterTargets.Query, hidden, queries * (spec.OutputGate ? 2 : 1), SplitsInputs: false);
                yield return new(AdapterTargets.Key, hidden, keys, SplitsInputs: false);
                yield return new(AdapterTargets.Value, hidden, keys, SplitsInputs: false);
                yield return new(AdapterTargets.Output, queries, hidden, SplitsInputs: true);
                break;
            case LatentAttentionSpec spec:
                double heads = spec.Heads;
                yield return new(AdapterTargets.Query, spec.QueryRank > 0 ? spec.QueryRank : hidden, heads * (spec.NopeHeadSize + spec.RopeHeadSize), SplitsInputs: false);
                yield return new(AdapterTargets.Output, heads * spec.ValueHeadSize, hidden, SplitsInputs: true);
                break;
            default:
                break;
        }
    }

    private static IEnumerable<AdapterSite> OfFeedForward(FeedForwardSpec? feedForward, double hidden)
    {
        if (feedForward is not DenseFeedForward dense)
        {
            yield break;
        }

        if (dense.Gated)
        {
            yield return new(AdapterTargets.Gate, hidden, dense.IntermediateSize, SplitsInputs: false);
        }

        yield return new(AdapterTargets.Up, hidden, dense.IntermediateSize, SplitsInputs: false);
        yield return new(AdapterTargets.Down, dense.IntermediateSize, hidden, SplitsInputs: true);
    }
}
