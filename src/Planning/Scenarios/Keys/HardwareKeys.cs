using LlmSim.Model.Hardware;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;

namespace LlmSim.Planning.Scenarios.Keys;

/// <summary>The keys of what the work runs on: network, layout, prices, power.</summary>
internal static class HardwareKeys
{
    private static readonly ScenarioKey<string> NetworkName = Key.Default("name", Shapes.Text, "custom network", "What reports call the network.");
    private static readonly ScenarioKey<Bandwidth> NetworkBandwidth =
        Key.Required("bandwidth", Shapes.Bandwidth, "Bandwidth of one accelerator in one direction.");
    private static readonly ScenarioKey<Seconds> NetworkLatency =
        Key.Default("latency", Shapes.Time(Sign.ZeroOrMore, "5 us"), "0 s", "Time until the first byte arrives.");

    private static readonly Section NetworkSection =
        new("The network between nodes, in place of the node's own.", [NetworkName, NetworkBandwidth, NetworkLatency]);

    /// <summary>A named network or one in place.</summary>
    public static readonly ValueShape<NetworkReference> Network = new NetworkShape(new SectionShape<NetworkReference>(
        NetworkSection,
        static v => new InlineNetwork(v.Node, new Link(v.Of(NetworkName), v.Of(NetworkBandwidth), v.Of(NetworkLatency)))));

    private static readonly ScenarioKey<int> Tensor = Key.Default("tensor", Shapes.Count, "1", "Accelerators over which each matrix is split.");
    private static readonly ScenarioKey<int> Pipeline = Key.Default("pipeline", Shapes.Count, "1", "Pipeline stages.");
    private static readonly ScenarioKey<int> VirtualStages =
        Key.Default("virtual_stages", Shapes.Count, "1", "Chunks of layers on each stage under an interleaved schedule.");
    private static readonly ScenarioKey<int> Data = Key.Default("data", Shapes.Count, "1", "Replicas that see different samples.");
    private static readonly ScenarioKey<int> Context = Key.Default("context", Shapes.Count, "1", "Accelerators that share one sequence.");

    private static readonly ScenarioKey<ContextKind> Exchange = Key.Default(
        "context_kind", Shapes.Words(("ring", ContextKind.Ring), ("ulysses", ContextKind.Ulysses)), "ring",
        "How accelerators that share a sequence attend to all of it: keys and values travel around a ring, or an all-to-all gives each whole heads.");

    private static readonly ScenarioKey<int> Expert = Key.Default("expert", Shapes.Count, "1", "Groups of accelerators that hold different experts.");

    private static readonly ScenarioKey<bool> SequenceParallel =
        Key.Default("sequence_parallel", Shapes.Flag, "false",
            "Whether norms and dropouts between tensor-parallel regions are split along the sequence.");

    private static readonly ScenarioKey<int> ZeroStage = Key.Default("zero_stage", Shapes.Integer(0, 3), "0",
        "What data-parallel ranks share out: 0 nothing, 1 optimizer state, 2 and gradients, 3 and parameters.");

    private static readonly ScenarioKey<int> ShardRanks = Key.Default("shard_ranks", Shapes.Integer(0, int.MaxValue), "0",
        "Data-parallel ranks among which ZeRO shares out, each such group holding a copy (hybrid sharding); 0 for all of them.");

    /// <summary>How one copy of the model is spread.</summary>
    public static readonly SectionShape<ParallelLayout> Parallel = new(
        new Section(
            "How one copy of the model is spread over accelerators; it occupies tensor x pipeline x data x context of them.",
            [Tensor, Pipeline, VirtualStages, Data, Context, Exchange, Expert, SequenceParallel, ZeroStage, ShardRanks])
        {
            Check = CheckWorldSize,
        },
        static v => new ParallelLayout
        {
            Tensor = v.Of(Tensor),
            Pipeline = v.Of(Pipeline),
            VirtualStages = v.Of(VirtualStages),
            Data = v.Of(Data),
            Context = v.Of(Context),
            ContextKind = v.Of(Exchange),
            Expert = v.Of(Expert),
            SequenceParallel = v.Of(SequenceParallel),
            ZeroStage = v.Of(ZeroStage),
            ShardRanks = v.Of(ShardRanks),
        });

    private static readonly ScenarioKey<UsdPerHour> AcceleratorHour =
        Key.Optional("accelerator_hour", Shapes.Price, "Rent of one accelerator with its share of the node; without it no cost is reported.");

    /// <summary>What things cost.</summary>
    public static readonly SectionShape<ScenarioPrices> Prices =
        new(new Section("What things cost.", [AcceleratorHour]), static v => new ScenarioPrices(v.MaybeValue(AcceleratorHour)));

    private static readonly ScenarioKey<Watts> Limit =
        Key.Optional("limit", Shapes.Power, "Power cap of one accelerator; without it the limit of its data sheet.");

    /// <summary>Limits of power.</summary>
    public static readonly SectionShape<ScenarioPower> Power =
        new(new Section("Limits of power.", [Limit]), static v => new ScenarioPower(v.MaybeValue(Limit)));

    private static void CheckWorldSize(SectionValues values, Binding binding)
    {
        if (values.TryGet(Tensor, out int tensor) && values.TryGet(Pipeline, out int pipeline)
            && values.TryGet(Data, out int data) && values.TryGet(Context, out int context)
            && (Int128)tensor * pipeline * data * context > int.MaxValue)
        {
            binding.Refuse(values.Node, values.Path,
                $"'{values.Path}' asks for {(Int128)tensor * pipeline * data * context} accelerators: at most {int.MaxValue} are possible");
        }
    }
}
