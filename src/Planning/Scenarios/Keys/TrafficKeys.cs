using System.Collections.Immutable;
using LlmSim.Model.Units;
using LlmSim.Schedules.Traffic;

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


    private static readonly ScenarioKey<int> PrefixTokens =
        Key.Required("tokens", Shapes.Count, "Tokens of the common beginning, on top of those of the prompt.");

    private static readonly ScenarioKey<int> PrefixGroups =
        Key.Default("groups", Shapes.Count, "1", "Number of different beginnings, such as applications; each is as likely.");

    private static readonly ScenarioKey<PrefixOptions> Prefix = Key.Optional(
        "prefix",
        new SectionShape<PrefixOptions>(
            new Section("What prompts begin with, such as a system prompt.", [PrefixTokens, PrefixGroups]),
            static v => new PrefixOptions(v.Of(PrefixTokens), v.Of(PrefixGroups))),
        "What prompts begin with, such as a system prompt; without it they have nothing in common.");

    private static readonly ScenarioKey<int> Users =
        Key.Default("users", Shapes.Count, "1", "Users to whom requests belong, each as likely: a rate limit may count those of each alone.");

    private static readonly ScenarioKey<Hertz> Rate = Key.Required("rate", Shapes.Rate, "Mean rate of requests, such as `2 /s`.");
    private static readonly ScenarioKey<double> Variation =
        Key.Required("cv", Shapes.Ratio, "Coefficient of variation of the gaps: 1 is Poisson, above 1 burstier.");
    private static readonly ScenarioKey<double> AroundRate =
        Key.Default("cv", Shapes.Ratio, "1", "Coefficient of variation of the gaps around the rate of the moment: 1 is Poisson, above 1 burstier.");
    private static readonly ScenarioKey<double> Amplitude =
        Key.Required("amplitude", Shapes.Share(Sign.ZeroOrMore, "60 %"), "Swing of the rate over its mean: at 60 % the peak is 1.6 times the mean.");
    private static readonly ScenarioKey<Seconds> Period =
        Key.Default("period", Shapes.Time(example: "24 h"), "24 h", "Time from one lowest rate to the next; the first is at the start.");
    private static readonly ScenarioKey<Hertz> From = Key.Required("from", Shapes.Rate, "Rate at the start.");
    private static readonly ScenarioKey<Hertz> To = Key.Required("to", Shapes.Rate, "Rate at the end of the ramp and after it.");
    private static readonly ScenarioKey<Seconds> Over = Key.Required("over", Shapes.Time(example: "10 min"), "Length of the ramp.");
    private static readonly ScenarioKey<Seconds> Interval = Key.Optional("interval", Shapes.Time(example: "500 ms"), "Time between two arrivals.");
    private static readonly ScenarioKey<Hertz> ConstantRate = Key.Optional("rate", Shapes.Rate, "Rate of arrivals, in place of the interval.");
    private static readonly ScenarioKey<Hertz> BurstRate = Key.Required("rate", Shapes.Rate, "Mean rate of bursts; bursts come at random times.");
    private static readonly ScenarioKey<int> BurstSize = Key.Required("size", Shapes.Count, "Requests in one burst.");
    private static readonly ScenarioKey<Hertz> SessionRate = Key.Required("rate", Shapes.Rate, "Mean rate at which conversations start.");
    private static readonly ScenarioKey<TokenLengths> Turns =
        Key.Required("turns", LengthKeys.Lengths, "Turns of a conversation: a number, or a distribution as of lengths.");
    private static readonly ScenarioKey<Seconds> ThinkMean =
        Key.Default("think_time", Shapes.Time(Sign.ZeroOrMore, "20 s"), "0 s", "Mean time between an answer and the next turn, exponential.");
    private static readonly ScenarioKey<int> Clients =
        Key.Required("clients", Shapes.Count, "Clients that each wait for their answer before they ask again.");

    private static readonly ScenarioKey<Seconds> ThinkTime =
        Key.Default("think_time", Shapes.Time(Sign.ZeroOrMore, "2 s"), "0 s", "Time between an answer and the next request of the same client.");

    private static readonly ScenarioKey<bool> ThinkSpread = Key.Default(
        "think_spread", Shapes.Words(("none", false), ("exponential", true)), "none",
        "Whether the time between is always the same or exponential around its mean.");

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

    private static readonly ScenarioKey<TrafficSource> Weibull = Source(
        "weibull", "Arrivals whose gaps follow a Weibull distribution, with longer tails than the gamma distribution.", [Rate, Variation],
        static v => new WeibullTraffic(v.Of(Rate), v.Of(Variation), v.MaybeValue(Requests), v.Of(Prompt), v.Of(Output)),
        check: CheckWeibull);

    private static readonly ScenarioKey<TrafficSource> Diurnal = Source(
        "diurnal", "Arrivals whose rate swings as a sine, as over a day.", [Rate, Amplitude, Period, AroundRate],
        static v => new DiurnalTraffic(
            v.Of(Rate), v.Of(Amplitude), v.Of(Period), v.Of(AroundRate), v.MaybeValue(Requests), v.Of(Prompt), v.Of(Output)));

    private static readonly ScenarioKey<TrafficSource> Ramp = Source(
        "ramp", "Arrivals whose rate rises or falls evenly, as in a load test.", [From, To, Over, AroundRate],
        static v => new RampTraffic(v.Of(From), v.Of(To), v.Of(Over), v.Of(AroundRate), v.MaybeValue(Requests), v.Of(Prompt), v.Of(Output)));

    private static readonly ScenarioKey<TrafficSource> Constant = Source(
        "constant", "Arrivals at equal distances.", [Interval, ConstantRate],
        static v => new ConstantTraffic(
            v.MaybeValue(Interval) ?? new Seconds(1 / v.Of(ConstantRate).Value), v.MaybeValue(Requests), v.Of(Prompt), v.Of(Output)),
        group: new KeyGroup([Interval, ConstantRate], AtLeastOne: true, AtMostOne: true));

    private static readonly ScenarioKey<TrafficSource> Bursts = Source(
        "bursts", "Several requests at once, at random times.", [BurstRate, BurstSize],
        static v => new BurstTraffic(v.Of(BurstRate), v.Of(BurstSize), v.MaybeValue(Requests), v.Of(Prompt), v.Of(Output)));

    private static readonly ScenarioKey<TrafficSource> ClosedLoop = Source(
        "closed_loop", "Clients that each wait for their answer before they ask again.", [Clients, ThinkTime, ThinkSpread],
        static v => new ClosedLoopTraffic(v.Of(Clients), v.Of(ThinkTime), v.Of(ThinkSpread), v.MaybeValue(Requests), v.Of(Prompt), v.Of(Output)));

    private static readonly ScenarioKey<TrafficSource> Sessions = Source(
        "sessions", "Conversations whose turns carry all that was said before.", [SessionRate, Turns, ThinkMean],
        static v => new SessionTraffic(v.Of(SessionRate), v.Of(Turns), v.Of(ThinkMean), v.MaybeValue(Requests), v.Of(Prompt), v.Of(Output)));

    private static readonly ImmutableArray<ScenarioKey> Single = [Trace, Poisson, Gamma, Weibull, Constant, Bursts, Diurnal, Ramp, ClosedLoop, Sessions];
    private static readonly ImmutableArray<ScenarioKey> Sources = [.. Single, TrafficClassKeys.Create(Single)];
    private static readonly KeyGroup Group = new(Sources, AtLeastOne: true, AtMostOne: true);

    /// <summary>Who asks for what, and when.</summary>
    public static readonly SectionShape<TrafficSource> Traffic =
        new(new Section("Who asks for what, and when: exactly one source.", Sources) { Groups = [Group] }, static v => v.Chosen<TrafficSource>(Group));

    private static ScenarioKey<TrafficSource> Source(
        string name, string doc, ImmutableArray<ScenarioKey> own, Func<SectionValues, SyntheticTraffic> build, KeyGroup? group = null,
        Action<SectionValues, Binding>? check = null)
    {
        var section = new Section(doc, [.. own, Requests, Prompt, Output, Prefix, Users]) { Groups = group is null ? [] : [group], Check = check };
        return Key.Optional(name, new SectionShape<TrafficSource>(section, v => build(v) with { Prefix = v.MaybeObject(Prefix), Users = v.Of(Users) }), doc);
    }

    private static void CheckWeibull(SectionValues values, Binding binding)
    {
        if (values.TryGet(Variation, out double variation) && variation is < WeibullShape.LeastVariation or > WeibullShape.LargestVariation)
        {
            string path = ValueShape.Join(values.Path, Variation.Name);
            binding.Refuse(values.NodeOf(Variation), path,
                FormattableString.Invariant($"'{path}' is {variation}: expected a ratio from {WeibullShape.LeastVariation} to {WeibullShape.LargestVariation}"));
        }
    }
}
