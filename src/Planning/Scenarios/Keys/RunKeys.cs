using System.Collections.Immutable;
using LlmSim.Model.Units;
using LlmSim.Schedules.Training.Runs;

namespace LlmSim.Planning.Scenarios.Keys;

/// <summary>The keys of a whole training run.</summary>
internal static class RunKeys
{
    private static readonly ScenarioKey<ImmutableArray<PhaseOptions>> Phases = Key.Optional(
        "phases", PhaseKeys.Phases, "Phases one after the other; without them one phase of `training.tokens` or `training.steps`.");

    private static readonly ScenarioKey<int> TrialCount = Key.Required("count", Shapes.Count, "How many trials run beforehand.");
    private static readonly ScenarioKey<double> TrialShare =
        Key.Required("share", Shapes.Share(Sign.Positive, "1 %"), "Size of each trial as a share of the run's accelerator hours.");

    private static readonly ScenarioKey<TrialPlan> Trials = Key.Optional(
        "trials",
        new SectionShape<TrialPlan>(
            new Section("Smaller runs that look for hyper-parameters: they multiply accelerator hours, cost and energy.", [TrialCount, TrialShare]),
            static v => new TrialPlan(v.Of(TrialCount), v.Of(TrialShare))),
        "Smaller runs that look for hyper-parameters; without it none.");

    private static readonly ScenarioKey<Bandwidth> ReadBandwidth =
        Key.Required("bandwidth", Shapes.Bandwidth, "Bandwidth of the storage that holds the samples, over all readers.");

    private static readonly ScenarioKey<Bytes> TokenBytes =
        Key.Default("bytes_per_token", Shapes.Size("4 B"), "4 B", "Stored bytes of a token.");

    private static readonly ScenarioKey<Seconds> Preparation = Key.Default(
        "preparation", Shapes.Time(Sign.ZeroOrMore, "2 s"), "0 s", "Time in which one worker makes ready the samples of a step on its data-parallel rank.");

    private static readonly ScenarioKey<int> Workers = Key.Default("workers", Shapes.Count, "1", "Workers of each data-parallel rank.");
    private static readonly ScenarioKey<bool> Prefetch = Key.Default("prefetch", Shapes.Flag, "true", "Whether samples are fetched behind the steps.");

    private static readonly ScenarioKey<DataLoading> Loading = Key.Optional(
        "data_loading",
        new SectionShape<DataLoading>(
            new Section("How samples reach the accelerators.", [ReadBandwidth, TokenBytes, Preparation, Workers, Prefetch]),
            static v => new DataLoading
            {
                Bandwidth = v.Of(ReadBandwidth),
                BytesPerToken = v.Of(TokenBytes),
                Preparation = v.Of(Preparation),
                Workers = v.Of(Workers),
                Prefetch = v.Of(Prefetch),
            }),
        "How samples reach the accelerators; without it they are always there.");

    private static readonly ScenarioKey<Seconds> DeviceMtbf =
        Key.Optional("device_mtbf", Shapes.Time(example: "50000 h"), "Mean time between failures of one accelerator.");

    private static readonly ScenarioKey<Seconds> NodeMtbf = Key.Optional(
        "node_mtbf", Shapes.Time(example: "20000 h"), "Mean time between failures of the rest of one node: host, network, software.");

    private static readonly ScenarioKey<Seconds> Detection = Key.Default(
        "detection", Shapes.Time(Sign.ZeroOrMore, "10 min"), "0 s", "Time until a failure is noticed, such as the timeout of a collective.");

    private static readonly ScenarioKey<Seconds> Restart = Key.Default(
        "restart", Shapes.Time(Sign.ZeroOrMore, "5 min"), "0 s", "Time to schedule and start the run again; loading the checkpoint comes on top.");

    private static readonly ScenarioKey<int> SpareNodes = Key.Optional(
        "spare_nodes", Shapes.Integer(0, int.MaxValue), "Nodes that stand by for failed ones; without it there is always one.");

    private static readonly ScenarioKey<Seconds> Repair =
        Key.Optional("repair", Shapes.Time(example: "1 d"), "Time until a failed node is back; needed with `spare_nodes`.");

    private static readonly ScenarioKey<FailurePlan> Failures = Key.Optional(
        "failures",
        new SectionShape<FailurePlan>(
            new Section("How often machines fail (at exponential times, by the seed of the file), and what it takes to go on.",
                [DeviceMtbf, NodeMtbf, Detection, Restart, SpareNodes, Repair])
            {
                Groups = [new KeyGroup([DeviceMtbf, NodeMtbf], AtLeastOne: true, AtMostOne: false)],
                Check = CheckSpares,
            },
            static v => new FailurePlan
            {
                DeviceMtbf = v.MaybeValue(DeviceMtbf),
                NodeMtbf = v.MaybeValue(NodeMtbf),
                Detection = v.Of(Detection),
                Restart = v.Of(Restart),
                SpareNodes = v.MaybeValue(SpareNodes),
                Repair = v.MaybeValue(Repair) ?? Seconds.Zero,
            }),
        "What breaks; without it nothing does.");

    private static readonly ScenarioKey<double> Pue = Key.Default(
        "pue", new RatioShape(1), "1", "Power usage effectiveness: energy of the whole site for each unit that reaches the machines.");

    private static readonly ScenarioKey<CarbonIntensity> Carbon =
        Key.Optional("carbon_intensity", Shapes.Carbon, "CO2 equivalent that the grid emits for energy; without it no emissions are reported.");

    private static readonly ScenarioKey<EnergyPrice> Electricity = Key.Optional(
        "electricity", Shapes.EnergyPrice, "Price of electricity, on top of any rent; without it no cost of energy is reported.");

    private static readonly ScenarioKey<SitePlan> Site = Key.Optional(
        "site",
        new SectionShape<SitePlan>(
            new Section("The building and its grid.", [Pue, Carbon, Electricity]),
            static v => new SitePlan(v.Of(Pue), v.MaybeValue(Carbon), v.MaybeValue(Electricity))),
        "The building and its grid; without it energy is counted at the machines.");

    private static readonly ScenarioKey<CheckpointOptions> Checkpoint = Key.Optional(
        "checkpoint", CheckpointKeys.Checkpoint, "How state is saved; without it never, and a failure throws the phase back to its start.");

    /// <summary>A whole training run.</summary>
    public static readonly SectionShape<RunOptions> Run = new(
        new Section("The whole training run: its phases, and what interrupts it.", [Phases, Loading, Checkpoint, Failures, Trials, Site]),
        static v => new RunOptions
        {
            Phases = v.TryGet(Phases, out ImmutableArray<PhaseOptions> phases) ? phases : [],
            Loading = v.MaybeObject(Loading),
            Checkpoint = v.MaybeObject(Checkpoint),
            Failures = v.MaybeObject(Failures),
            Trials = v.MaybeObject(Trials),
            Site = v.MaybeObject(Site),
        });

    private static void CheckSpares(SectionValues values, Binding binding)
    {
        if (values.Has(SpareNodes) != values.Has(Repair))
        {
            ScenarioKey found = values.Has(SpareNodes) ? SpareNodes : Repair;
            ScenarioKey missing = values.Has(SpareNodes) ? Repair : SpareNodes;
            string path = ValueShape.Join(values.Path, found.Name);
            binding.Refuse(values.KeyOf(found), path, $"'{path}' stands without '{missing.Name}': both or none are needed");
        }
    }
}
