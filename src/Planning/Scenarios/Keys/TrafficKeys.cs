using System.Collections.Immutable;
using LlmSim.Model.Units;

namespace LlmSim.Planning.Scenarios.Keys;

/// <summary>The keys of traffic.</summary>
internal static class TrafficKeys
{
    private static readonly ScenarioKey<string> TraceFile =
        Key.Required("file", Shapes.File, "The trace, relative to the scenario file.");

    private static readonly ScenarioKey<double> TimeScale =
        Key.Default("time_scale", Shapes.Ratio, "1", "Arrival times are multiplied by this: at 0.5 requests come twice as fast.");

    private static readonly ScenarioKey<int> TraceLimit =
        Key.Optional("limit", Shapes.Count, "Requests taken from the start of the trace; without it all.");

    private static readonly ScenarioKey<int> Requests =
        Key.Optional("requests", Shapes.Count, "How many requests arrive; without it the duration ends them.");
    private static readonly ScenarioKey<TokenLengths> Prompt = Key.Required("prompt", LengthKeys.Lengths, "Tokens of a prompt.");
    private static readonly ScenarioKey<TokenLengths> Output = Key.Required("output", LengthKeys.Lengths, "Tokens of an answer.");

    private static readonly ScenarioKey<Hertz> Rate = Key.Required("rate", Shapes.Rate, "Mean rate of requests, such as `2 /s`.");
    private static readonly ScenarioKey<double> Variation =
        Key.Required("cv", Shapes.Ratio, "Coefficient of variation of the gaps: 1 is Poisson, above 1 burstier.");
    private static readonly ScenarioKey<Seconds> Interval = Key.Optional("interval", Shapes.Time(example: "500 ms"), "Time between two arrivals.");
    private static readonly ScenarioKey<Hertz> ConstantRate = Key.Optional("rate", Shapes.Rate, "Rate of arrivals, in place of the interval.");
    private static readonly ScenarioKey<Hertz> BurstRate = Key.Required("rate", Shapes.Rate, "Mean rate of bursts; bursts come at random times.");
    private static readonly ScenarioKey<int> BurstSize = Key.Required("size", Shapes.Count, "Requests in one burst.");
    private static readonly ScenarioKey<int> Clients =
        Key.Required("clients", Shapes.Count, "Clients that each wait for their answer before they ask again.");

    private static readonly ScenarioKey<Seconds> ThinkTime =
        Key.Default("think_time", Shapes.Time(Sign.ZeroOrMore, "2 s"), "0 s", "Time between an answer and the next request of the same client.");

    private static readonly ScenarioKey<TrafficSource> Trace = Key.Optional(
        "trace",
        new EitherShape<TrafficSource>(
            new MappedShape<string, TrafficSource>(Shapes.File, static file => new TraceTraffic(file, 1, null)),
            new SectionShape<TrafficSource>(
                new Section("Requests as a file recorded them.", [TraceFile, TimeScale, TraceLimit]),
                static v => new TraceTraffic(v.Of(TraceFile), v.Of(TimeScale), v.MaybeValue(TraceLimit))),
            TraceFile),
        "Requests as a file recorded them.");

    private static readonly ScenarioKey<TrafficSource> Poisson = Source(
        "poisson", "Independent arrivals at a mean rate.", [Rate],
        static v => new PoissonTraffic(v.Of(Rate), v.MaybeValue(Requests), v.Of(Prompt), v.Of(Output)));

    private static readonly ScenarioKey<TrafficSource> Gamma = Source(
        "gamma", "Arrivals whose gaps follow a gamma distribution.", [Rate, Variation],
        static v => new GammaTraffic(v.Of(Rate), v.Of(Variation), v.MaybeValue(Requests), v.Of(Prompt), v.Of(Output)));

    private static readonly ScenarioKey<TrafficSource> Constant = Source(
        "constant", "Arrivals at equal distances.", [Interval, ConstantRate],
        static v => new ConstantTraffic(
            v.MaybeValue(Interval) ?? new Seconds(1 / v.Of(ConstantRate).Value), v.MaybeValue(Requests), v.Of(Prompt), v.Of(Output)),
        new KeyGroup([Interval, ConstantRate], AtLeastOne: true, AtMostOne: true));

    private static readonly ScenarioKey<TrafficSource> Bursts = Source(
        "bursts", "Several requests at once, at random times.", [BurstRate, BurstSize],
        static v => new BurstTraffic(v.Of(BurstRate), v.Of(BurstSize), v.MaybeValue(Requests), v.Of(Prompt), v.Of(Output)));

    private static readonly ScenarioKey<TrafficSource> ClosedLoop = Source(
        "closed_loop", "Clients that each wait for their answer before they ask again.", [Clients, ThinkTime],
        static v => new ClosedLoopTraffic(v.Of(Clients), v.Of(ThinkTime), v.MaybeValue(Requests), v.Of(Prompt), v.Of(Output)));

    private static readonly ImmutableArray<ScenarioKey> Sources = [Trace, Poisson, Gamma, Constant, Bursts, ClosedLoop];
    private static readonly KeyGroup Group = new(Sources, AtLeastOne: true, AtMostOne: true);

    /// <summary>Who asks for what, and when.</summary>
    public static readonly SectionShape<TrafficSource> Traffic =
        new(new Section("Who asks for what, and when: exactly one source.", Sources) { Groups = [Group] }, static v => v.Chosen<TrafficSource>(Group));

    private static ScenarioKey<TrafficSource> Source(
        string name, string doc, ImmutableArray<ScenarioKey> own, Func<SectionValues, TrafficSource> build, params ImmutableArray<KeyGroup> groups) =>
        Key.Optional(name, new SectionShape<TrafficSource>(new Section(doc, [.. own, Requests, Prompt, Output]) { Groups = groups }, build), doc);
}
