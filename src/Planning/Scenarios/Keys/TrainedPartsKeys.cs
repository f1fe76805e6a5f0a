using LlmSim.Model.Architecture;

namespace LlmSim.Planning.Scenarios.Keys;

/// <summary>The keys of what is trained: adapters, and parts that are frozen.</summary>
internal static class TrainedPartsKeys
{
    private static readonly ScenarioKey<int> Rank = Key.Required("rank", Shapes.Count, "Rank of every adapter.");

    /// <summary>Matrices of a layer by name.</summary>
    public static readonly FlagsShape<AdapterTargets> Matrices = new(
        [
            ("query", AdapterTargets.Query), ("key", AdapterTargets.Key), ("value", AdapterTargets.Value), ("output", AdapterTargets.Output),
            ("gate", AdapterTargets.Gate), ("up", AdapterTargets.Up), ("down", AdapterTargets.Down), ("all", AdapterTargets.All),
        ],
        static (left, right) => left | right);

    private static readonly ScenarioKey<AdapterTargets> Targets = Key.Default(
        "targets", Matrices, "query,value", "Matrices that have an adapter, separated by commas; routed experts and layers of constant state have none.");

    private static readonly ScenarioKey<BaseStorage> Base = Key.Default(
        "base", Shapes.Words(("precision", BaseStorage.Precision), ("nf4", BaseStorage.Nf4)), "precision",
        "How frozen matrices are stored: in the precision of the products, or in 4-bit NormalFloat with double quantisation, as QLoRA does.");

    /// <summary>Adapters.</summary>
    public static readonly ScenarioKey<LoraAdapters> Lora = Key.Optional(
        "lora",
        new SectionShape<LoraAdapters>(
            new Section("Low-rank adapters, which are trained in place of the model.", [Rank, Targets, Base]),
            static v => new LoraAdapters(v.Of(Rank), v.Of(Targets), v.Of(Base))),
        "Low-rank adapters that are trained in place of the model; without it the model itself is.");

    private static readonly ScenarioKey<int> FrozenLayers =
        Key.Default("layers", Shapes.Integer(0, 100_000), "0", "Layers from the first on that are frozen.");

    private static readonly ScenarioKey<bool> FrozenEmbedding = Key.Default(
        "embedding", Shapes.Flag, "true", "Whether the embedding is frozen; if it is not, gradients pass through all frozen layers to it.");

    /// <summary>Frozen parts.</summary>
    public static readonly ScenarioKey<FrozenOptions> Frozen = Key.Optional(
        "frozen",
        new SectionShape<FrozenOptions>(
            new Section("Parts that are not trained: they have no weight gradient, no optimizer state, and below the lowest trained part no backward pass.", [FrozenLayers, FrozenEmbedding]),
            static v => new FrozenOptions(v.Of(FrozenLayers), v.Of(FrozenEmbedding))),
        "Parts that are not trained; without it all are.");

    /// <summary>A teacher.</summary>
    public static readonly ScenarioKey<RecordReference> Teacher = Key.Optional(
        "teacher", Shapes.Reference("a model"), "A model that runs forward on the same devices and whose logits the trained model learns from (distillation); without it there is none.");
}
