using System.Collections.Immutable;
using LlmSim.Model.Draws;
using LlmSim.Model.Units;
using LlmSim.Planning.Scenarios;
using LlmSim.Schedules.Serving.Results;
using LlmSim.Schedules.Traffic;

namespace LlmSim.Planning.Jobs;

/// <summary>Requests that are being read, and the files behind them.</summary>
/// <param name="Source">The stream of requests.</param>
/// <param name="Texts">The open traces; none where requests are made up.</param>
public sealed record OpenedTraffic(IRequestSource Source, ImmutableArray<TextReader> Texts) : IDisposable
{
    /// <summary>Closes the trace files.</summary>
    public void Dispose()
    {
        foreach (TextReader text in Texts)
        {
            text.Dispose();
        }
    }
}

/// <summary>Turns the traffic section of a scenario into a stream of requests.</summary>
internal static class TrafficBinding
{
    private const int ClassStream = 201;

    /// <summary>Reads every trace once to report every bad row before anything runs; made-up traffic was checked when the file was read.</summary>
    internal static void Check(ServeScenario scenario, ProblemList problems)
    {
        if (scenario.Traffic is TraceTraffic alone)
        {
            Check(scenario, "traffic.trace", alone, problems);
        }
        else if (scenario.Traffic is ClassedTraffic classed)
        {
            foreach (TraceTraffic trace in classed.Classes.Select(static one => one.Source).OfType<TraceTraffic>())
            {
                Check(scenario, "traffic.classes", trace, problems);
            }
        }
    }

    private static void Check(ServeScenario scenario, string path, TraceTraffic trace, ProblemList problems)
    {
        if (ScenarioFile.Missing(trace.File) is { } reason)
        {
            problems.Add(scenario.ProblemAt(path, $"'{path}' names the file '{trace.File}': {reason}"));
            return;
        }

        try
        {
            using TextReader text = TraceFile.Open(File.OpenRead(trace.File));
            TraceSummary summary = RequestTrace.Check(text);
            problems.AddRange(summary.Problems.Select(problem =>
                new Problem(trace.File, (int)Math.Clamp(problem.Line, 1, int.MaxValue), problem.Column, path, $"found {problem.Found}; expected {problem.Legal}")));
            if (summary.ProblemCount > summary.Problems.Length)
            {
                problems.Add(scenario.ProblemAt(path, $"'{trace.File}' has {summary.ProblemCount} bad rows in all; the first {summary.Problems.Length} are listed"));
            }
        }
        catch (IOException error)
        {
            problems.Add(Unreadable(scenario, path, trace, error));
        }
        catch (UnauthorizedAccessException error)
        {
            problems.Add(Unreadable(scenario, path, trace, error));
        }
    }

    private static Problem Unreadable(ServeScenario scenario, string path, TraceTraffic trace, Exception error) =>
        scenario.ProblemAt(path, $"'{trace.File}' cannot be read: {error.Message}");

    /// <summary>Whether any of the traffic is a trace.</summary>
    internal static bool HasTrace(ServeScenario scenario) =>
        scenario.Traffic is TraceTraffic || (scenario.Traffic is ClassedTraffic classed && classed.Classes.Any(static one => one.Source is TraceTraffic));

    /// <summary>The classes of the traffic with their promises: one where it has no classes.</summary>
    internal static ImmutableArray<RequestClass> Classes(ServeScenario scenario)
    {
        LatencyObjectives common = scenario.Serving.Objectives;
        return scenario.Traffic is ClassedTraffic classed
            ? [.. classed.Classes.Select(one => new RequestClass(one.Name, Level(one.Objectives ?? common)))]
            : [RequestClass.All with { Level = Level(common) }];

        static ServiceLevel Level(LatencyObjectives objectives) => new(objectives.TimeToFirstToken, objectives.TimePerOutputToken, objectives.EndToEnd);
    }

    /// <summary>Opens the stream of requests.</summary>
    internal static OpenedTraffic Open(ServeScenario scenario)
    {
        if (scenario.Traffic is not ClassedTraffic classed)
        {
            return Open(scenario, scenario.Traffic, scenario.Seed);
        }

        ImmutableArray<OpenedTraffic> opened =
            [.. classed.Classes.Select((one, i) => Open(scenario, one.Source, (long)new CounterRandom(scenario.Seed, ClassStream).Bits(i)))];
        TrafficClasses merged = new([.. opened.Select((one, i) => (one.Source, classed.Classes[i].Priority))]);
        return new(merged, [.. opened.SelectMany(static one => one.Texts)]);
    }

    private static OpenedTraffic Open(ServeScenario scenario, TrafficSource traffic, long seed)
    {
        if (traffic is TraceTraffic trace)
        {
            TextReader text = TraceFile.Open(File.OpenRead(trace.File));
            return new(new RequestTrace(text, trace.TimeScale, trace.Limit ?? long.MaxValue), [text]);
        }

        var synthetic = (SyntheticTraffic)traffic;
        var shapes = new RequestShapes
        {
            Prompt = Lengths(synthetic.Prompt),
            Output = Lengths(synthetic.Output),
            Seed = seed,
            Prefix = Prefix(synthetic.Prefix, scenario.Serving.BlockSize),
            Users = synthetic.Users,
        };
        return new(Source(scenario, synthetic, shapes), []);
    }

    private static IRequestSource Source(ServeScenario scenario, SyntheticTraffic synthetic, RequestShapes shapes)
    {
        long requests = synthetic.Requests ?? long.MaxValue;
        return synthetic switch
        {
            PoissonTraffic poisson => Arriving(ArrivalProcess.Poisson(poisson.Rate)),
            GammaTraffic gamma => Arriving(ArrivalProcess.Gamma(gamma.Rate, gamma.CoefficientOfVariation)),
            WeibullTraffic weibull => Arriving(ArrivalProcess.Weibull(weibull.Rate, weibull.CoefficientOfVariation)),
            DiurnalTraffic diurnal => Varying(diurnal.CoefficientOfVariation, RateProfile.Diurnal(diurnal.Rate, diurnal.Amplitude, diurnal.Period)),
            RampTraffic ramp => Varying(ramp.CoefficientOfVariation, RateProfile.Ramp(ramp.From, ramp.To, ramp.Over)),
            ConstantTraffic constant => Arriving(ArrivalProcess.Constant(Hertz.From(1 / constant.Interval.Value))),
            BurstTraffic bursts => Arriving(ArrivalProcess.Bursts(bursts.Rate * bursts.Size, bursts.Size)),
            ClosedLoopTraffic loop => new ClosedLoop(loop.Clients, shapes, requests, loop.ThinkTime, loop.IsRandom),
            SessionTraffic sessions => new Sessions(Shape(sessions), ArrivalProcess.Poisson(sessions.Rate), requests, scenario.Duration),
            _ => throw new InvalidOperationException($"No stream for {synthetic.GetType().Name}."),
        };

        OpenLoop Arriving(ArrivalProcess process) => new(process, shapes, requests, scenario.Duration);

        OpenLoop Varying(double variation, RateProfile profile) =>
            new(ArrivalProcess.Gamma(Hertz.From(1), variation), shapes, requests, scenario.Duration, profile);

        SessionShape Shape(SessionTraffic sessions) =>
            new() { Turn = shapes, Turns = Lengths(sessions.Turns), ThinkTime = sessions.ThinkTime, MaxContext = scenario.Serving.MaxContext };
    }

    private static SharedPrefix Prefix(PrefixOptions? prefix, int blockSize) => prefix is null
        ? SharedPrefix.None with { BlockTokens = blockSize }
        : new SharedPrefix { Tokens = prefix.Tokens, Groups = prefix.Groups, BlockTokens = blockSize };

    private static LengthDistribution Lengths(TokenLengths lengths) => lengths switch
    {
        FixedLengths always => LengthDistribution.Fixed(always.Tokens),
        UniformLengths uniform => LengthDistribution.Uniform(uniform.Min, uniform.Max),
        LognormalLengths lognormal => LengthDistribution.LogNormal(lognormal.Mean, lognormal.CoefficientOfVariation, lognormal.Max ?? int.MaxValue),
        ExponentialLengths exponential => LengthDistribution.Exponential(exponential.Mean, exponential.Max ?? int.MaxValue),
        _ => throw new InvalidOperationException($"No distribution for {lengths.GetType().Name}."),
    };
}
