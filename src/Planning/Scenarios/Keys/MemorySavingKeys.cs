using LlmSim.Model.Hardware;
using LlmSim.Model.Memory;
using LlmSim.Model.Parallelism;
using LlmSim.Schedules.Training;

namespace LlmSim.Planning.Scenarios.Keys;

/// <summary>The keys of what lies outside of device memory, of checkpoints of activations, and of scaled losses.</summary>
internal static class MemorySavingKeys
{
    /// <summary>Where the optimizer's state lies.</summary>
    public static readonly ScenarioKey<OptimizerPlacement> OptimizerState = Key.Default(
        "optimizer_state",
        Shapes.Words(
            ("device", OptimizerPlacement.Device), ("paged", OptimizerPlacement.Paged), ("host", OptimizerPlacement.Host), ("nvme", OptimizerPlacement.Nvme)),
        "device",
        "Where moments and master weights lie: in device memory, there as far as it has room, in host memory, or on local drives; the host then updates the weights.");

    /// <summary>Layers between two checkpoints.</summary>
    public static readonly ScenarioKey<int> RecomputeLayers = Key.Default(
        "recompute_layers", Shapes.Count, "1", "Layers between two checkpoints of activations under full recomputation.");

    /// <summary>Single operators that run again.</summary>
    public static readonly ScenarioKey<RecomputedOperators> Operators = Key.Optional(
        "recompute_operators",
        new FlagsShape<RecomputedOperators>(
            [("norms", RecomputedOperators.Norms), ("up_projections", RecomputedOperators.UpProjections), ("activations", RecomputedOperators.Activations)],
            static (a, b) => a | b),
        "Single operators whose results are not kept and that the backward pass runs again: norms, up-projections of latent attention, activation functions (DeepSeek-V3).");

    /// <summary>Format of kept inputs.</summary>
    public static readonly ScenarioKey<NumberFormat> KeptInputs = Key.Optional(
        "kept_inputs", Shapes.Formats(NumberFormat.Bf16, NumberFormat.Fp16, NumberFormat.Fp8),
        "Format in which inputs of matrix products and activation functions wait for the backward pass; without it that of the activations (DeepSeek-V3 keeps them in fp8).");

    /// <summary>Activations in host memory.</summary>
    public static readonly ScenarioKey<double> OffloadActivations = Key.Default(
        "offload_activations", Shapes.Share(Sign.ZeroOrMore, "50 %"), "0 %", "Share of kept activations that lies in host memory between its forward and its backward pass.");

    private static readonly ScenarioKey<double> Skipped = Key.Default(
        "skipped", Shapes.Share(Sign.ZeroOrMore, "0.1 %"), "0.1 %", "Share of steps whose gradients overflow, so that their update is skipped and their work lost.");

    /// <summary>Scaling of the loss.</summary>
    public static readonly ScenarioKey<LossScaling> Scaling = Key.Optional(
        "loss_scaling",
        new SectionShape<LossScaling>(
            new Section("Dynamic scaling of the loss, with a pass over all gradients that looks for overflows.", [Skipped]),
            static v => new LossScaling(v.Of(Skipped))),
        "Dynamic scaling of the loss, for fp16; without it there is none.");
}
