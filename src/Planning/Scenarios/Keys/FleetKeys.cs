using System.Collections.Immutable;
using LlmSim.Model.Units;
using LlmSim.Schedules.Fleet;

namespace LlmSim.Planning.Scenarios.Keys;

/// <summary>The keys of a fleet.</summary>
internal static class FleetKeys
{
    private static readonly ScenarioKey<string> Name = Key.Required("name", Shapes.Text, "What reports call the stage, such as `retriever`.");
    private static readonly ScenarioKey<bool> After = Key.Default("after_model", Shapes.Flag, "false", "Whether it works on the answer; otherwise on the request.");
    private static readonly ScenarioKey<int> Servers =
        Key.Default("servers", Shapes.Count, "1", "Requests that it serves at a time: its replicas times what each takes.");
    private static readonly ScenarioKey<Seconds> Base = Key.Default("base", Shapes.Time(Sign.ZeroOrMore, "20 ms"), "0 s", "Time of a request without its tokens.");
    private static readonly ScenarioKey<Seconds> PerToken = Key.Default(
        "per_token", Shapes.Time(Sign.ZeroOrMore, "10 us"), "0 s", "Time of each prompt token before the model, of each output token after it.");
    private static readonly ScenarioKey<bool> Random =
        Key.Default("random", Shapes.Flag, "false", "Whether times are exponential around these means; otherwise they are these.");
    private static readonly ScenarioKey<double> Share =
        Key.Default("share", Shapes.Share(Sign.Positive, "30 %"), "100 %", "Share of the requests that pass through it.");

    private static readonly ScenarioKey<ImmutableArray<GraphStage>> Graph = Key.Optional(
        "graph",
        new ListShape<GraphStage>(new SectionShape<GraphStage>(
            new Section("Services around the model, each with a queue and its own servers, in the order in which requests pass them.",
                [Name, After, Servers, Base, PerToken, Random, Share])
            { Check = CheckShare },
            static v => new GraphStage
            {
                Name = v.Of(Name),
                AfterModel = v.Of(After),
                Servers = v.Of(Servers),
                Base = v.Of(Base),
                PerToken = v.Of(PerToken),
                Random = v.Of(Random),
                Share = v.Of(Share),
            })),
        "Services before and after the model, such as an encoder, a retriever or a classifier; without it none.");

    private static readonly ScenarioKey<ImmutableArray<PoolOptions>> Pools =
        Key.Optional("pools", PoolKeys.Pools, "Replicas of other kinds beside those of the file, behind the same router; without it none.");

    private static readonly ScenarioKey<int> GatewayQueue = Key.Optional(
        "gateway_queue", Shapes.Integer(0, int.MaxValue), "Requests that may wait at the gateway while no replica is ready; without it no limit.");

    /// <summary>A fleet.</summary>
    public static readonly SectionShape<FleetOptions> Fleet = new(
        new Section("How replicas come and go: scaling, cold starts, machines, updates and failures, and what is around them.", [.. PoolKeys.Common, Pools, Graph, GatewayQueue]),
        static v => new FleetOptions
        {
            Main = PoolKeys.Build(v, "main"),
            Pools = v.TryGet(Pools, out ImmutableArray<PoolOptions> pools) ? pools : [],
            Graph = v.TryGet(Graph, out ImmutableArray<GraphStage> graph) ? graph : [],
            GatewayQueue = v.MaybeValue(GatewayQueue),
        });

    private static void CheckShare(SectionValues values, Binding binding)
    {
        if (values.TryGet(Share, out double share) && share > 1)
        {
            string path = ValueShape.Join(values.Path, Share.Name);
            binding.Refuse(values.NodeOf(Share), path, $"'{path}' is {QuantityText.PrintShare(share)}: expected at most 100 %");
        }
    }
}
