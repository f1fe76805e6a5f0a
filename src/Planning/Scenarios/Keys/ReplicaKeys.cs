using LlmSim.Model.Operators;
using LlmSim.Schedules.Training;

namespace LlmSim.Planning.Scenarios.Keys;

/// <summary>The keys of how replicas run and how tokens meet their experts.</summary>
internal static class ReplicaKeys
{
    /// <summary>How replicas run.</summary>
    public static readonly ScenarioKey<DataKind> Replicas = Key.Default(
        "data_parallel", Shapes.Words(("distributed", DataKind.Distributed), ("single-process", DataKind.SingleProcess)), "distributed",
        "How replicas run: a process for each accelerator, or one process that drives all of a node through accelerator 0 (PyTorch's DataParallel).");

    private static readonly ScenarioKey<double> Capacity = Key.Optional(
        "capacity_factor", Shapes.Ratio, "Places of each expert relative to its mean load, beyond which tokens are dropped; without it none is dropped.");

    private static readonly ScenarioKey<double> Imbalance = Key.Default(
        "imbalance", Shapes.Share(Sign.ZeroOrMore, "20 %"), "0 %", "Standard deviation of the experts' popularity relative to its mean, beside the chance of counting tokens.");

    /// <summary>How uneven the loads of experts are.</summary>
    public static readonly ScenarioKey<ExpertTraffic> Experts = Key.Optional(
        "experts",
        new SectionShape<ExpertTraffic>(
            new Section("How many tokens each expert gets and takes.", [Capacity, Imbalance]),
            static v => new ExpertTraffic(v.MaybeValue(Capacity), v.Of(Imbalance))),
        "How many tokens each expert gets and takes; without it all get equally many.");
}
