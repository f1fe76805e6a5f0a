using LlmSim.Model.Units;
using LlmSim.Planning.Scenarios;
using LlmSim.Schedules.Traffic;

namespace LlmSim.Planning.Jobs;

/// <summary>Requests that are being read, and the file behind them.</summary>
/// <param name="Source">The stream of requests.</param>
/// <param name="Text">The open trace; null where requests are made up.</param>
public sealed record OpenedTraffic(IRequestSource Source, TextReader? Text) : IDisposable
{
    /// <summary>Closes the trace file.</summary>
    public void Dispose() => Text?.Dispose();
}

/// <summary>Turns the traffic section of a scenario into a stream of requests.</summary>
internal static class TrafficBinding
{
    /// <summary>Reads a trace once to report every bad row before anything runs; made-up traffic was checked when the file was read.</summary>
    internal static void Check(ServeScenario scenario, ProblemList problems)
    {
        if (scenario.Traffic is not TraceTraffic trace)
        {
            return;
        }

        if (ScenarioFile.Missing(trace.File) is { } reason)
        {
            problems.Add(scenario.ProblemAt("traffic.trace", $"'traffic.trace' names the file '{trace.File}': {reason}"));
            return;
        }

        try
        {
            using TextReader text = TraceFile.Open(File.OpenRead(trace.File));
            TraceSummary summary = RequestTrace.Check(text);
            problems.AddRange(summary.Problems.Select(problem =>
                new Problem(trace.File, (int)Math.Clamp(problem.Line, 1, int.MaxValue), 1, "traffic.trace", $"found {problem.Found}; expected {problem.Legal}")));
            if (summary.ProblemCount > summary.Problems.Length)
            {
                problems.Add(scenario.ProblemAt("traffic.trace", $"'{trace.File}' has {summary.ProblemCount} bad rows in all; the first {summary.Problems.Length} are listed"));
            }
        }
        catch (IOException error)
        {
            problems.Add(Unreadable(scenario, trace, error));
        }
        catch (UnauthorizedAccessException error)
        {
            problems.Add(Unreadable(scenario, trace, error));
        }
    }

    private static Problem Unreadable(ServeScenario scenario, TraceTraffic trace, Exception error) =>
        scenario.ProblemAt("traffic.trace", $"'{trace.File}' cannot be read: {error.Message}");

    /// <summary>Opens the stream of requests.</summary>
    internal static OpenedTraffic Open(ServeScenario scenario)
    {
        if (scenario.Traffic is TraceTraffic trace)
        {
            TextReader text = TraceFile.Open(File.OpenRead(trace.File));
            return new(new RequestTrace(text, trace.TimeScale, trace.Limit ?? long.MaxValue), text);
        }

        var synthetic = (SyntheticTraffic)scenario.Traffic;
        var shapes = new RequestShapes { Prompt = Lengths(synthetic.Prompt), Output = Lengths(synthetic.Output), Seed = scenario.Seed };
        long requests = synthetic.Requests ?? long.MaxValue;
        IRequestSource source = synthetic switch
        {
            PoissonTraffic poisson => Arriving(ArrivalProcess.Poisson(poisson.Rate)),
            GammaTraffic gamma => Arriving(ArrivalProcess.Gamma(gamma.Rate, gamma.CoefficientOfVariation)),
            ConstantTraffic constant => Arriving(ArrivalProcess.Constant(Hertz.From(1 / constant.Interval.Value))),
            BurstTraffic bursts => Arriving(ArrivalProcess.Bursts(bursts.Rate * bursts.Size, bursts.Size)),
            ClosedLoopTraffic loop => new ClosedLoop(loop.Clients, shapes, requests, loop.ThinkTime),
            _ => throw new InvalidOperationException($"No stream for {synthetic.GetType().Name}."),
        };
        return new(source, null);

        OpenLoop Arriving(ArrivalProcess process) => new(process, shapes, requests, scenario.Duration);
    }

    private static LengthDistribution Lengths(TokenLengths lengths) => lengths switch
    {
        FixedLengths always => LengthDistribution.Fixed(always.Tokens),
        UniformLengths uniform => LengthDistribution.Uniform(uniform.Min, uniform.Max),
        LognormalLengths lognormal => LengthDistribution.LogNormal(lognormal.Mean, lognormal.CoefficientOfVariation, lognormal.Max ?? int.MaxValue),
        ExponentialLengths exponential => LengthDistribution.Exponential(exponential.Mean, exponential.Max ?? int.MaxValue),
        _ => throw new InvalidOperationException($"No distribution for {lengths.GetType().Name}."),
    };
}
