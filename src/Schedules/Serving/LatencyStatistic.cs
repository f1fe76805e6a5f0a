using System.Collections.Immutable;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Serving;

/// <summary>
/// What a set of latencies looks like. A percentile is the nearest rank: the smallest sample that at least so many percent of all do not exceed.
/// </summary>
public sealed record LatencyStatistic
{
    /// <summary>The percentiles that are given, in percent.</summary>
    public static readonly ImmutableArray<int> Percentiles = [50, 90, 95, 99];

    /// <summary>Number of samples, at least one.</summary>
    public required long Count { get; init; }

    /// <summary>Arithmetic mean of all samples.</summary>
    public required Seconds Mean { get; init; }

    /// <summary>Median by nearest rank.</summary>
    public required Seconds P50 { get; init; }

    /// <summary>90th percentile.</summary>
    public required Seconds P90 { get; init; }

    /// <summary>95th percentile.</summary>
    public required Seconds P95 { get; init; }

    /// <summary>99th percentile.</summary>
    public required Seconds P99 { get; init; }

    /// <summary>Largest sample.</summary>
    public required Seconds Max { get; init; }

    /// <summary>Whether percentiles are exact, or else from a histogram and within 0.1 %.</summary>
    public required bool IsExact { get; init; }
}
