using LlmSim.Schedules.Training;

namespace LlmSim.Planning.Scenarios.Keys;

/// <summary>The keys of noise in a training step.</summary>
internal static class NoiseKeys
{
    private static readonly ScenarioKey<double> Sigma = Key.Default(
        "sigma", Shapes.Share(Sign.ZeroOrMore, "2 %"), "0 %", "Standard deviation of a pass's time on one device; ranks that exchange within a pass wait for the slowest.");

    private static readonly ScenarioKey<int> Seed = Key.Default("seed", Shapes.Integer(0, int.MaxValue), "1", "Seed of the draws.");

    private static readonly ScenarioKey<int> Straggler =
        Key.Optional("straggler_stage", Shapes.Integer(0, 100_000), "A pipeline stage, from 0, that is slow throughout in one replica.");

    private static readonly ScenarioKey<double> Slowdown =
        Key.Default("straggler_slowdown", Shapes.Share(Sign.ZeroOrMore, "20 %"), "20 %", "By how much the passes of that stage take longer.");

    /// <summary>Noise and a straggler.</summary>
    public static readonly ScenarioKey<StepNoise> Noise = Key.Optional(
        "noise",
        new SectionShape<StepNoise>(
            new Section("How far passes stray from their mean time.", [Sigma, Seed, Straggler, Slowdown]),
            static v => new StepNoise(v.Of(Sigma), v.Of(Seed), v.MaybeValue(Straggler) ?? -1, 1 + v.Of(Slowdown))),
        "How far passes stray from their mean time, and a stage that is slow; without it all devices are alike.");
}
