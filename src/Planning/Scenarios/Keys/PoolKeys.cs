using System.Collections.Immutable;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;
using LlmSim.Schedules.Fleet;

namespace LlmSim.Planning.Scenarios.Keys;

/// <summary>The keys of how replicas of one kind come and go.</summary>
internal static class PoolKeys
{
    private static readonly ColdStart Usual = new();

    private static readonly ScenarioKey<Seconds> Scheduling =
        Key.Default("scheduling", Shapes.Time(Sign.ZeroOrMore, "5 s"), "5 s", "Time until a pod is placed and its container runs, image at hand.");
    private static readonly ScenarioKey<Bytes> Image = Key.Default("image", Shapes.Size("10 GB"), "10 GB", "Size of the image without weights.");
    private static readonly ScenarioKey<Bandwidth> ImageBandwidth =
        Key.Default("image_bandwidth", Shapes.Bandwidth, "200 MB/s", "Rate at which an image is pulled and unpacked, on nodes where no replica ran.");

    private static readonly ScenarioKey<WeightSource> Weights = Key.Default(
        "weights",
        Shapes.Words(
            ("baked-in", WeightSource.BakedIn), ("object-store", WeightSource.ObjectStore), ("shared-volume", WeightSource.SharedVolume),
            ("local-cache", WeightSource.LocalCache)),
        "object-store", "Where the weights are: in the image, in an object store, on a shared volume, or cached on the node's drive once a replica ran there.");

    private static readonly ScenarioKey<Bandwidth> WeightBandwidth =
        Key.Default("weight_bandwidth", Shapes.Bandwidth, "1 GB/s", "Rate at which one replica reads weights from there.");
    private static readonly ScenarioKey<Bandwidth> DriveBandwidth =
        Key.Default("drive_bandwidth", Shapes.Bandwidth, "3 GB/s", "Rate of the node's own drive, for weights that are on it.");
    private static readonly ScenarioKey<Seconds> Engine =
        Key.Default("engine", Shapes.Time(Sign.ZeroOrMore, "20 s"), "20 s", "Time to start processes and to build the engine, or to load a built one.");
    private static readonly ScenarioKey<Seconds> Capture =
        Key.Default("graph_capture", Shapes.Time(Sign.ZeroOrMore, "15 s"), "15 s", "Time to capture execution graphs.");
    private static readonly ScenarioKey<Seconds> WarmUp =
        Key.Default("warm_up", Shapes.Time(Sign.ZeroOrMore, "5 s"), "5 s", "Time of the first requests and of the readiness probe.");

    private static readonly ScenarioKey<ColdStart> Start = Key.Default(
        "cold_start",
        new SectionShape<ColdStart>(
            new Section(
                "What a replica goes through before it takes requests; the copy to its devices goes over their host links.",
                [Scheduling, Image, ImageBandwidth, Weights, WeightBandwidth, DriveBandwidth, Engine, Capture, WarmUp]),
            static v => Usual with
            {
                Scheduling = v.Of(Scheduling),
                Image = v.Of(Image),
                ImageBandwidth = v.Of(ImageBandwidth),
                Weights = v.Of(Weights),
                WeightBandwidth = v.Of(WeightBandwidth),
                DriveBandwidth = v.Of(DriveBandwidth),
                Engine = v.Of(Engine),
                GraphCapture = v.Of(Capture),
                WarmUp = v.Of(WarmUp),
            }),
        "{}", "What a replica goes through before it takes requests.");

    private static readonly ScenarioKey<int> Warm = Key.Default("warm", Shapes.Integer(0, 1_000_000), "0", "Nodes that are there from the start and never go.");
    private static readonly ScenarioKey<int> Quota = Key.Default("quota", Shapes.Integer(1, 1_000_000), "1000000", "Most nodes, warm ones included.");
    private static readonly ScenarioKey<Seconds> Provision =
        Key.Default("provision", Shapes.Time(Sign.ZeroOrMore, "3 min"), "3 min", "Time until a node that was asked for is there.");
    private static readonly ScenarioKey<Seconds> Keep = Key.Default("keep", Shapes.Time(Sign.ZeroOrMore, "10 min"), "10 min", "How long an empty node is kept.");

    private static readonly ScenarioKey<NodePlan> Nodes = Key.Optional(
        "nodes",
        new SectionShape<NodePlan>(
            new Section("Where replicas get machines from.", [Warm, Quota, Provision, Keep]),
            static v => new NodePlan { Warm = v.Of(Warm), Quota = v.Of(Quota), Provision = v.Of(Provision), Keep = v.Of(Keep) }),
        "Where replicas get machines from; without it each has its own, at once, and pays for no other.");

    private static readonly ScenarioKey<Seconds> At = Key.Required("at", Shapes.Time(example: "10 min"), "When it begins.");
    private static readonly ScenarioKey<int> Surge = Key.Default("surge", Shapes.Integer(0, 100_000), "1", "Replicas that there may be more than asked for.");
    private static readonly ScenarioKey<int> Unavailable =
        Key.Default("unavailable", Shapes.Integer(0, 100_000), "0", "Ready replicas that there may be fewer than asked for.");

    private static readonly ScenarioKey<RolloutPlan> Rollout = Key.Optional(
        "rollout",
        new SectionShape<RolloutPlan>(
            new Section("A rolling update: every replica is replaced by one of a new version.", [At, Surge, Unavailable]) { Check = CheckRollout },
            static v => new RolloutPlan(v.Of(At), v.Of(Surge), v.Of(Unavailable))),
        "A rolling update; without it none.");

    private static readonly ScenarioKey<Seconds> Mtbf = Key.Required("mtbf", Shapes.Time(example: "30 d"), "Mean time between failures of one replica.");
    private static readonly ScenarioKey<Seconds> Detection =
        Key.Default("detection", Shapes.Time(Sign.ZeroOrMore, "30 s"), "30 s", "Time until a failed replica is replaced.");
    private static readonly ScenarioKey<bool> Resend =
        Key.Default("resend", Shapes.Flag, "false", "Whether the gateway sends the requests of a failed replica again; otherwise they are lost.");

    private static readonly ScenarioKey<FaultPlan> Failures = Key.Optional(
        "failures",
        new SectionShape<FaultPlan>(
            new Section("How replicas fail: at exponential times, by the seed of the file, with everything under way on them.", [Mtbf, Detection, Resend]),
            static v => new FaultPlan(v.Of(Mtbf), v.Of(Detection), v.Of(Resend))),
        "How replicas fail; without it they do not.");

    private static readonly ScenarioKey<AutoscalerPlan> Autoscaler =
        Key.Optional("autoscaler", AutoscalerKeys.Autoscaler, "How the number of replicas follows the load; without it the number stays.");
    private static readonly ScenarioKey<Seconds> Grace = Key.Default(
        "grace", Shapes.Time(Sign.ZeroOrMore, "30 s"), "30 s", "How long a replica that is taken out may finish what it has; what is left then is lost.");
    private static readonly ScenarioKey<int> Replicas = Key.Optional(
        "replicas", Shapes.Integer(0, 100_000), "Replicas that are ready at the start, which may be none; without it as many as `serving.replicas`.");

    private static readonly ScenarioKey<string> Name = Key.Required("name", Shapes.Text, "What reports call the pool.");
    private static readonly ScenarioKey<RecordReference> Accelerator = Key.Optional("accelerator", Shapes.Reference("an accelerator"), "Its accelerator.");
    private static readonly ScenarioKey<RecordReference> Node = Key.Optional("node", Shapes.Reference("a node"), "Its node.");
    private static readonly ScenarioKey<ParallelLayout> Parallel =
        Key.Optional("parallel", HardwareKeys.Parallel, "The layout of its replicas; without it that of the file.");
    private static readonly ScenarioKey<UsdPerHour> AcceleratorHour =
        Key.Optional("accelerator_hour", Shapes.Price, "Rent of one of its accelerators; without it that of the file.");

    /// <summary>The keys that any pool has.</summary>
    public static readonly ImmutableArray<ScenarioKey> Common = [Replicas, Autoscaler, Start, Nodes, Rollout, Failures, Grace];

    /// <summary>Pools beside that of the file.</summary>
    public static readonly ListShape<PoolOptions> Pools = new(new SectionShape<PoolOptions>(
        new Section("Replicas of another kind behind the same router; what is not said is as in the file.", [Name, Accelerator, Node, Parallel, AcceleratorHour, .. Common]),
        static v => Build(v, v.Of(Name)) with
        {
            Accelerator = v.MaybeObject(Accelerator),
            Node = v.MaybeObject(Node),
            Parallel = v.MaybeObject(Parallel),
            AcceleratorHour = v.MaybeValue(AcceleratorHour),
        }));

    /// <summary>What the common keys of a section say.</summary>
    public static PoolOptions Build(SectionValues v, string name) => new()
    {
        Name = name,
        Path = v.Path,
        Replicas = v.MaybeValue(Replicas),
        Autoscaler = v.MaybeObject(Autoscaler),
        ColdStart = v.Of(Start),
        Nodes = v.MaybeObject(Nodes),
        Rollout = v.MaybeObject(Rollout),
        Faults = v.MaybeObject(Failures),
        Grace = v.Of(Grace),
    };

    private static void CheckRollout(SectionValues values, Binding binding)
    {
        if (values.TryGet(Surge, out int surge) && values.TryGet(Unavailable, out int unavailable) && surge == 0 && unavailable == 0)
        {
            binding.Refuse(values.Node, values.Path, $"'{values.Path}' has neither surge nor unavailable replicas, so that nothing could be replaced: expected one of them above 0");
        }
    }
}
