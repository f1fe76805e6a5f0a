using LlmSim.Model.Architecture;
using LlmSim.Model.Hardware;

namespace LlmSim.Planning.Scenarios.Keys;

/// <summary>The keys of models that are made smaller before they are trained.</summary>
internal static class CompressionKeys
{
    private static readonly ScenarioKey<int> Layers = Key.Optional("layers", Shapes.Count, "Layers that are left; without it all.");
    private static readonly ScenarioKey<int> Hidden = Key.Optional("hidden", Shapes.Count, "Width of the residual stream that is left; without it as it is.");
    private static readonly ScenarioKey<int> Intermediate = Key.Optional("intermediate", Shapes.Count, "Inner width of dense feed-forward parts that is left; without it as it is.");
    private static readonly ScenarioKey<int> Heads = Key.Optional("heads", Shapes.Count, "Query heads that are left; without it all.");
    private static readonly ScenarioKey<int> KvHeads = Key.Optional("kv_heads", Shapes.Count, "KV heads that are left; without it all.");

    /// <summary>Structured pruning.</summary>
    public static readonly ScenarioKey<Pruning> Pruned = Key.Optional(
        "pruned",
        new SectionShape<Pruning>(
            new Section("What structured pruning leaves of the model.", [Layers, Hidden, Intermediate, Heads, KvHeads]),
            static v => new Pruning
            {
                Layers = v.MaybeValue(Layers),
                Hidden = v.MaybeValue(Hidden),
                Intermediate = v.MaybeValue(Intermediate),
                Heads = v.MaybeValue(Heads),
                KvHeads = v.MaybeValue(KvHeads),
            }),
        "What structured pruning leaves of the model; without it the whole model is trained.");

    private static readonly ScenarioKey<int> Rank = Key.Required("rank", Shapes.Count, "Rank of both factors.");
    private static readonly ScenarioKey<AdapterTargets> Targets = Key.Default("targets", TrainedPartsKeys.Matrices, "all", "Matrices that are factored, separated by commas.");

    /// <summary>Factored matrices.</summary>
    public static readonly ScenarioKey<LowRankFactors> LowRank = Key.Optional(
        "low_rank",
        new SectionShape<LowRankFactors>(new Section("Matrices that are products of two of a rank.", [Rank, Targets]), static v => new LowRankFactors(v.Of(Rank), v.Of(Targets))),
        "Matrices that are products of two of a rank; without it all are whole.");

    /// <summary>2:4 sparsity.</summary>
    public static readonly ScenarioKey<SparseWeights> Sparsity = Key.Default(
        "sparse_weights",
        Shapes.Words(("none", SparseWeights.None), ("forward", SparseWeights.Forward), ("transposable", SparseWeights.Transposable)), "none",
        "Which passes multiply weights of the layers of which two of four neighbours are zero: none, forward, or with transposable masks also gradients of inputs.");
}
