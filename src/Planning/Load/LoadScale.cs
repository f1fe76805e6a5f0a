using LlmSim.Model.Units;
using LlmSim.Planning.Scenarios;
using LlmSim.Schedules.Traffic;

namespace LlmSim.Planning.Load;

/// <summary>How much load a scenario's traffic is, and the same traffic with more or less of it.</summary>
public static class LoadScale
{
    /// <summary>The load as the scenario has it: requests a second, conversations a second, or clients where all traffic is a closed loop.</summary>
    /// <exception cref="InvalidDataException">A trace takes no time, so that it has no rate.</exception>
    public static double Of(TrafficSource traffic) => traffic switch
    {
        PoissonTraffic poisson => poisson.Rate.Value,
        GammaTraffic gamma => gamma.Rate.Value,
        WeibullTraffic weibull => weibull.Rate.Value,
        DiurnalTraffic diurnal => diurnal.Rate.Value,
        RampTraffic ramp => 0.5 * (ramp.From.Value + ramp.To.Value),
        ConstantTraffic constant => 1 / constant.Interval.Value,
        BurstTraffic bursts => bursts.Rate.Value * bursts.Size,
        SessionTraffic sessions => sessions.Rate.Value,
        ClosedLoopTraffic loop => loop.Clients,
        TraceTraffic trace => Of(trace),
        ClassedTraffic classed when IsClosed(classed) => classed.Classes.Sum(static one => Of(one.Source)),
        ClassedTraffic classed => classed.Classes.Where(static one => !IsClosed(one.Source)).Sum(static one => Of(one.Source)),
        _ => throw new InvalidOperationException($"No load of {traffic.GetType().Name}."),
    };

    /// <summary>Whether all requests come from clients that wait for their answers, so that load is a number of clients.</summary>
    public static bool IsClosed(TrafficSource traffic) =>
        traffic is ClosedLoopTraffic || (traffic is ClassedTraffic classed && classed.Classes.All(static one => IsClosed(one.Source)));

    /// <summary>The traffic with <paramref name="factor"/> times the load; lengths, mixture and number of requests stay.</summary>
    public static TrafficSource Times(TrafficSource traffic, double factor) => traffic switch
    {
        PoissonTraffic poisson => poisson with { Rate = poisson.Rate * factor },
        GammaTraffic gamma => gamma with { Rate = gamma.Rate * factor },
        WeibullTraffic weibull => weibull with { Rate = weibull.Rate * factor },
        DiurnalTraffic diurnal => diurnal with { Rate = diurnal.Rate * factor },
        RampTraffic ramp => ramp with { From = ramp.From * factor, To = ramp.To * factor },
        ConstantTraffic constant => constant with { Interval = constant.Interval / factor },
        BurstTraffic bursts => bursts with { Rate = bursts.Rate * factor },
        SessionTraffic sessions => sessions with { Rate = sessions.Rate * factor },
        ClosedLoopTraffic loop => loop with { Clients = (int)Math.Clamp(Math.Round(loop.Clients * factor), 1, int.MaxValue) },
        TraceTraffic trace => trace with { TimeScale = trace.TimeScale / factor },
        ClassedTraffic classed => new ClassedTraffic([.. classed.Classes.Select(one => one with { Source = Times(one.Source, factor) })]),
        _ => throw new InvalidOperationException($"No load of {traffic.GetType().Name}."),
    };

    private static double Of(TraceTraffic trace)
    {
        using TextReader text = TraceFile.Open(File.OpenRead(trace.File));
        TraceSummary summary = RequestTrace.Check(text);
        return summary.Span > Seconds.Zero && summary.Rows > 1
            ? (summary.Rows - 1) / (summary.Span.Value * trace.TimeScale)
            : throw new InvalidDataException(
                $"'{trace.File}' has {summary.Rows} requests within {summary.Span}: expected two or more at different times, to have a rate");
    }
}
