using LlmSim.Model.Units;
using LlmSim.Schedules.Training.Runs;

namespace LlmSim.Planning.Scenarios.Keys;

/// <summary>The keys of checkpoints.</summary>
internal static class CheckpointKeys
{
    private static readonly ScenarioKey<Seconds> Interval = Key.Optional(
        "interval", Shapes.Time(example: "30 min"),
        "Work between two checkpoints, rounded to whole steps; without it the best one that a search finds, or each phase's end where nothing fails.");

    private static readonly ScenarioKey<long> IntervalSteps =
        Key.Optional("interval_steps", Shapes.LongCount, "Steps between two checkpoints, in place of the interval.");

    private static readonly ScenarioKey<CheckpointLayout> Layout = Key.Default(
        "layout", Shapes.Words(("sharded", CheckpointLayout.Sharded), ("full", CheckpointLayout.Full)), "sharded",
        "Whether every node writes its share, or rank 0 gathers the whole state and writes it alone.");

    private static readonly ScenarioKey<bool> Asynchronous = Key.Default(
        "asynchronous", Shapes.Flag, "false", "Whether steps go on once the state is copied to host memory, while it is written.");

    private static readonly ScenarioKey<bool> OptimizerState =
        Key.Default("optimizer_state", Shapes.Flag, "true", "Whether master weights and moments are saved beside the weights.");

    private static readonly ScenarioKey<Bandwidth> Write =
        Key.Optional("bandwidth", Shapes.Bandwidth, "Bandwidth of writing to shared storage, over all nodes together.");

    private static readonly ScenarioKey<Bandwidth> Read =
        Key.Optional("read_bandwidth", Shapes.Bandwidth, "Bandwidth of reading from shared storage, over all nodes; without it that of writing.");

    private static readonly ScenarioKey<Bandwidth> Node = Key.Optional(
        "node_bandwidth", Shapes.Bandwidth, "Bandwidth of one node to shared storage; without it that of its network.");

    private static readonly ScenarioKey<RecordReference> Drive = Key.Optional(
        "drive", Shapes.Reference("a storage"), "Kind of each node's own drives, in place of shared storage; a lost node's share is assumed to be copied elsewhere.");

    private static readonly ScenarioKey<int> Drives = Key.Optional("drives", Shapes.Count, "Drives of each node that write together; without it one.");

    /// <summary>How state is saved.</summary>
    public static readonly SectionShape<CheckpointOptions> Checkpoint = new(
        new Section(
            "How the state of training is saved and loaded.",
            [Interval, IntervalSteps, Layout, Asynchronous, OptimizerState, Write, Read, Node, Drive, Drives])
        {
            Groups = [new KeyGroup([Interval, IntervalSteps], AtLeastOne: false, AtMostOne: true), new KeyGroup([Write, Drive], AtLeastOne: true, AtMostOne: true)],
            Check = CheckStorage,
        },
        static v => new CheckpointOptions(
            new CheckpointPlan
            {
                Interval = v.MaybeValue(Interval),
                IntervalSteps = v.MaybeValue(IntervalSteps),
                Layout = v.Of(Layout),
                Asynchronous = v.Of(Asynchronous),
                OptimizerState = v.Of(OptimizerState),
                SharedWrite = v.MaybeValue(Write),
                SharedRead = v.MaybeValue(Read),
                Node = v.MaybeValue(Node),
            },
            v.MaybeObject(Drive),
            v.MaybeValue(Drives) ?? 1));

    private static void CheckStorage(SectionValues values, Binding binding)
    {
        RefuseBeside(values.Has(Write), "shared storage", values, Drives, binding);
        RefuseBeside(values.Has(Drive), "drives of the nodes", values, Read, binding);
        RefuseBeside(values.Has(Drive), "drives of the nodes", values, Node, binding);
    }

    private static void RefuseBeside(bool isOther, string storage, SectionValues values, ScenarioKey key, Binding binding)
    {
        if (isOther && values.Has(key))
        {
            string path = ValueShape.Join(values.Path, key.Name);
            binding.Refuse(values.KeyOf(key), path, $"'{path}' has no meaning with {storage}: leave it out, or name the other kind of storage");
        }
    }
}
