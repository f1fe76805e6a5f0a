using System.Collections.Immutable;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;

namespace LlmSim.Planning.Scenarios.Keys;

/// <summary>What a scenario is about.</summary>
internal enum ScenarioKind
{
    /// <summary>Training a model.</summary>
    Train,

    /// <summary>Serving a model.</summary>
    Serve,
}

/// <summary>The keys at the top of a file.</summary>
internal static class RootKeys
{
    /// <summary>What the scenario is about.</summary>
    public static readonly ScenarioKey<ScenarioKind> Kind =
        Key.Required("kind", Shapes.Words(("train", ScenarioKind.Train), ("serve", ScenarioKind.Serve)),
            "What the scenario is about: training or serving a model.");

    private static readonly ScenarioKey<string> Title = Key.Optional("title", Shapes.Text, "What reports call the scenario.");
    private static readonly ScenarioKey<RecordReference> Model =
        Key.Required("model", Shapes.Reference("a model"), "The model that is trained or served.");

    private static readonly ScenarioKey<RecordReference> Accelerator =
        Key.Optional("accelerator", Shapes.Reference("an accelerator"), "The accelerator, where no node says it, or in place of the node's own.");

    private static readonly ScenarioKey<RecordReference> Node =
        Key.Optional("node", Shapes.Reference("a node"), "The machine or rack that holds the accelerators and joins them.");

    private static readonly ScenarioKey<NetworkReference> Network =
        Key.Optional("network", HardwareKeys.Network, "The network between nodes, in place of the node's own.");

    private static readonly ScenarioKey<int> Devices =
        Key.Optional("devices", Shapes.Count,
            "Accelerators in total, as a check: tensor x pipeline x data x context of the layout, times the replicas where serving.");

    private static readonly ScenarioKey<RecordReference> Efficiency =
        Key.Optional("efficiency", Shapes.Reference("an efficiency"),
            "What kernels reach on the accelerator; without it what the catalog has for it.");

    private static readonly ScenarioKey<long> Seed =
        Key.Default("seed", new IntegerShape<long>(0, long.MaxValue, static n => n), "0",
            "The seed of every random draw: the same seed gives the same result.");

    private static readonly ScenarioKey<ParallelLayout> Parallel =
        Key.Default("parallel", HardwareKeys.Parallel, "{}", "How one copy of the model is spread over accelerators.");

    private static readonly ScenarioKey<ScenarioPrices> Prices = Key.Default("prices", HardwareKeys.Prices, "{}", "What things cost.");
    private static readonly ScenarioKey<ScenarioPower> Power = Key.Default("power", HardwareKeys.Power, "{}", "Limits of power.");
    private static readonly ScenarioKey<TrainingOptions> Training = Key.Required("training", TrainingKeys.Training, "How the model is trained.");
    private static readonly ScenarioKey<ServingOptions> Serving = Key.Default("serving", ServingKeys.Serving, "{}", "How the model is served.");
    private static readonly ScenarioKey<TrafficSource> Traffic = Key.Required("traffic", TrafficKeys.Traffic, "Who asks for what, and when.");

    private static readonly ScenarioKey<RunOptions> Run =
        Key.Optional("run", RunKeys.Run, "The whole training run with its phases, checkpoints and failures; without it the step alone is predicted.");

    private static readonly ScenarioKey<Seconds> Duration =
        Key.Optional("duration", Shapes.Time(example: "10 min"),
            "How long requests arrive, in simulated time; without it the traffic ends by itself.");

    private static readonly ScenarioKey<FleetOptions> Fleet =
        Key.Optional("fleet", FleetKeys.Fleet, "How replicas come and go; without it they are there from the start and stay.");

    private static readonly ImmutableArray<ScenarioKey> Common =
        [Kind, Title, Model, Accelerator, Node, Network, Devices, Efficiency, Seed, Parallel, Prices, Power];

    private static readonly KeyGroup Hardware = new([Accelerator, Node], AtLeastOne: true, AtMostOne: false);

    /// <summary>A file of <c>kind: train</c>.</summary>
    public static readonly SectionShape<Scenario> Train = new(
        new Section("A scenario that trains a model: `kind: train`.", [.. Common, Training, Run])
        {
            Groups = [Hardware],
            Elsewhere = Foreign("serve", "serving", "traffic", "fleet", "duration"),
            Check = CheckTrain,
        },
        BuildTrain);

    /// <summary>A file of <c>kind: serve</c>.</summary>
    public static readonly SectionShape<Scenario> Serve = new(
        new Section("A scenario that serves a model: `kind: serve`.", [.. Common, Serving, Traffic, Fleet, Duration])
        {
            Groups = [Hardware],
            Elsewhere = Foreign("train", "training", "run"),
            Check = CheckServe,
        },
        BuildServe);

    /// <summary>A file that does not say its kind and has no section that tells: what can be checked without knowing is checked.</summary>
    public static readonly Section Undecided = new(
        "A scenario.",
        [.. Common, Key.Optional(Training.Name, TrainingKeys.Training, Training.Doc), Key.Optional(Serving.Name, ServingKeys.Serving, Serving.Doc),
         Key.Optional(Traffic.Name, TrafficKeys.Traffic, Traffic.Doc), Fleet, Duration, Run])
    {
        Groups = [Hardware],
    };

    /// <summary>The shape for the kind that a file says, or for the sections that it has where it does not say; null where neither is known.</summary>
    public static SectionShape<Scenario>? For(MappingNode root) => root.Child(Kind.Name) switch
    {
        ScalarNode { Value: "train" } => Train,
        ScalarNode { Value: "serve" } => Serve,
        _ when root.Entry(Training.Name) is not null => Train,
        _ when root.Entry(Serving.Name) is not null || root.Entry(Traffic.Name) is not null => Serve,
        _ => null,
    };

    private static ImmutableDictionary<string, string> Foreign(string kind, params ImmutableArray<string> names) =>
        names.ToImmutableDictionary(static name => name, name => $"it belongs to a file of 'kind: {kind}'");

    private static void CheckTrain(SectionValues values, Binding binding)
    {
        CheckDevices(values, 1, binding);
        if (values.TryGet(Training, out TrainingOptions? training) && values.TryGet(Parallel, out ParallelLayout? layout))
        {
            TrainingKeys.CheckBatch(training, layout, values.Node, binding);
            CheckRun(values, training, layout, binding);
        }
    }

    private static void CheckRun(SectionValues values, TrainingOptions training, ParallelLayout layout, Binding binding)
    {
        if (!values.TryGet(Run, out RunOptions? run))
        {
            return;
        }

        foreach (PhaseOptions phase in run.Phases)
        {
            PhaseKeys.Check(phase, training, layout, values.Node, binding);
        }

        bool isLong = training.Tokens is not null || training.Steps is not null;
        if (isLong != run.Phases.IsEmpty)
        {
            string problem = isLong
                ? "'run' has 'phases' beside the tokens or steps of 'training': only one of both may say how long the run is"
                : "'run' is of no length: expected 'run.phases', 'training.tokens' or 'training.steps'";
            binding.Refuse(values.KeyOf(Run), Run.Name, problem);
        }
    }

    private static void CheckServe(SectionValues values, Binding binding)
    {
        if (values.TryGet(Serving, out ServingOptions? serving))
        {
            CheckDevices(values, serving.Replicas, binding);
        }

        if (!values.TryGet(Traffic, out TrafficSource? traffic))
        {
            return;
        }

        if (TrafficClassKeys.Repeated(traffic) is { } name)
        {
            binding.Refuse(values.NodeOf(Traffic), Traffic.Name, $"'traffic.classes' has two classes of the name '{name}': expected names unlike each other");
        }

        if (!values.Has(Duration) && TrafficClassKeys.IsEndless(traffic))
        {
            binding.Refuse(values.NodeOf(Traffic), Traffic.Name, "'traffic' never ends: expected 'requests' in its source, or 'duration' at the top of the file");
        }
    }

    private static void CheckDevices(SectionValues values, int replicas, Binding binding)
    {
        if (!values.TryGet(Parallel, out ParallelLayout? layout))
        {
            return;
        }

        long needed = (long)layout.WorldSize * replicas;
        string product = $"{layout.Tensor} x {layout.Pipeline} x {layout.Data} x {layout.Context}" + (replicas > 1 ? $" x {replicas} replicas" : string.Empty);
        if (needed > int.MaxValue)
        {
            binding.Refuse(values.KeyOf(Parallel), Parallel.Name,
                $"the layout and its replicas ask for {product} = {needed} accelerators: at most {int.MaxValue} are possible");
        }
        else if (values.TryGet(Devices, out int devices) && devices != needed)
        {
            binding.Refuse(values.NodeOf(Devices), Devices.Name,
                $"'devices' is {devices}, but tensor x pipeline x data x context = {product} = {needed}: expected {needed}, or another layout");
        }
    }

    private static TrainScenario BuildTrain(SectionValues v) => new()
    {
        Title = v.MaybeObject(Title),
        Model = v.Of(Model),
        Accelerator = v.MaybeObject(Accelerator),
        Node = v.MaybeObject(Node),
        Network = v.MaybeObject(Network),
        Devices = v.Of(Parallel).WorldSize,
        Efficiency = v.MaybeObject(Efficiency),
        Seed = v.Of(Seed),
        Parallel = v.Of(Parallel),
        Prices = v.Of(Prices),
        Power = v.Of(Power),
        Source = v.Node,
        Training = v.Of(Training),
        Run = v.MaybeObject(Run),
    };

    private static ServeScenario BuildServe(SectionValues v) => new()
    {
        Title = v.MaybeObject(Title),
        Model = v.Of(Model),
        Accelerator = v.MaybeObject(Accelerator),
        Node = v.MaybeObject(Node),
        Network = v.MaybeObject(Network),
        Devices = v.Of(Parallel).WorldSize * v.Of(Serving).Replicas,
        Efficiency = v.MaybeObject(Efficiency),
        Seed = v.Of(Seed),
        Parallel = v.Of(Parallel),
        Prices = v.Of(Prices),
        Power = v.Of(Power),
        Source = v.Node,
        Serving = v.Of(Serving),
        Traffic = v.Of(Traffic),
        Fleet = v.MaybeObject(Fleet),
        Duration = v.MaybeValue(Duration),
    };
}
