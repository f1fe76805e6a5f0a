using LlmSim.Model.Units;

namespace LlmSim.Schedules.Serving.Results;

/// <summary>What a run showed of one class of traffic. Latencies are over its completed requests; a statistic without samples is null.</summary>
public sealed record ClassResult
{
    /// <summary>The class and its promises.</summary>
    public required RequestClass Class { get; init; }

    /// <summary>Requests that ended, whichever way.</summary>
    public required long Ended { get; init; }

    /// <summary>Requests whose last token came out in time.</summary>
    public required long Completed { get; init; }

    /// <summary>Requests that completed within all that was promised.</summary>
    public required long Good { get; init; }

    /// <summary>Time to first token.</summary>
    public LatencyStatistic? Ttft { get; init; }

    /// <summary>Time per output token.</summary>
    public LatencyStatistic? Tpot { get; init; }

    /// <summary>Time from sending to the last token.</summary>
    public LatencyStatistic? EndToEnd { get; init; }

    /// <summary>Time from sending to the first iteration.</summary>
    public LatencyStatistic? Queue { get; init; }

    /// <summary>Share of the requests that ended which were good, 0 to 1; zero where none ended.</summary>
    public double Attainment => Ended > 0 ? (double)Good / Ended : 0;

    /// <summary>Good requests per second of <paramref name="makespan"/>; zero where that is zero.</summary>
    public double Goodput(Seconds makespan) => makespan > Seconds.Zero ? Good / makespan.Value : 0;
}
