namespace LlmSim.Planning.Scenarios.Keys;

/// <summary>The keys of what the training framework does on its own.</summary>
internal static class FrameworkKeys
{
    private static readonly ScenarioKey<bool> FusedLoss = Key.Default(
        "fused_loss", Shapes.Flag, "true", "Whether the loss is one kernel that reads the logits twice and writes their gradient in their place.");

    private static readonly ScenarioKey<bool> PaddedVocabulary = Key.Default(
        "padded_vocabulary", Shapes.Flag, "true", "Whether the vocabulary is padded so that rows of logits are aligned, as Megatron does.");

    private static readonly ScenarioKey<bool> ScatterGather = Key.Default(
        "scatter_gather", Shapes.Flag, "true", "Whether tensor-parallel ranks each send their share of the activations to the next stage and gather them there.");

    private static readonly ScenarioKey<bool> SelectiveProducts = Key.Default(
        "selective_products", Shapes.Flag, "false",
        "Whether `recompute: selective` runs every second matrix product again, with all element-wise work, in place of the attention core.");

    private static readonly ScenarioKey<bool> Reshard = Key.Optional(
        "reshard_after_forward", Shapes.Flag, "Whether full sharding frees gathered parameters after each pass; without it only where there is no pipeline.");

    private static readonly ScenarioKey<bool> Scatter = Key.Optional(
        "scatter_each_microbatch", Shapes.Flag, "Whether full sharding scatters gradients in every microbatch; without it only where there is no pipeline.");

    private static readonly ScenarioKey<bool> KeepExpertResults = Key.Default(
        "keep_expert_results", Shapes.Flag, "true",
        "Whether results of experts wait for the backward pass; not where routing weights multiply the experts' inner activations (Megatron-Core's memory-efficient permutation).");

    private static readonly ScenarioKey<bool> SharedLinks = Key.Default(
        "shared_links", Shapes.Flag, "false",
        "Whether messages between stages and exchanges of gradients slow each other on each device's link; the step is then replayed on the event engine.");

    /// <summary>What the framework does.</summary>
    public static readonly ScenarioKey<FrameworkOptions> Framework = Key.Default(
        "framework",
        new SectionShape<FrameworkOptions>(
            new Section("What the training framework does on its own.", [FusedLoss, PaddedVocabulary, ScatterGather, SelectiveProducts, Reshard, Scatter, KeepExpertResults, SharedLinks]),
            static v => new FrameworkOptions
            {
                FusedLoss = v.Of(FusedLoss),
                PaddedVocabulary = v.Of(PaddedVocabulary),
                ScatterGather = v.Of(ScatterGather),
                SelectiveProducts = v.Of(SelectiveProducts),
                ReshardAfterForward = v.MaybeValue(Reshard),
                ScatterEachMicroBatch = v.MaybeValue(Scatter),
                KeepExpertResults = v.Of(KeepExpertResults),
                SharedLinks = v.Of(SharedLinks),
            }),
        "{}", "What the training framework does on its own.");
}
