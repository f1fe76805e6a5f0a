using System.Collections.Immutable;

namespace LlmSim.Validation.Measurements.Serving;

/// <summary>Statistics of measured latencies as the simulator states its own: means, and percentiles by nearest rank.</summary>
internal static class LatencySamples
{
    private static readonly ImmutableArray<int> Percentiles = [50, 90, 99];

    /// <summary>Each statistic of some samples with the name of its metric; none without samples.</summary>
    /// <param name="metric">The latency, such as <c>ttft_seconds</c>.</param>
    /// <param name="samples">The samples in any order.</param>
    public static IEnumerable<(string Metric, double Value)> Of(string metric, IEnumerable<double> samples)
    {
        double[] sorted = [.. samples.Order()];
        if (sorted.Length == 0)
        {
            yield break;
        }

        yield return (metric + "_mean", sorted.Average());
        foreach (int percentile in Percentiles)
        {
            int rank = (int)Math.Ceiling(percentile / 100d * sorted.Length);
            yield return (FormattableString.Invariant($"{metric}_p{percentile}"), sorted[Math.Max(1, rank) - 1]);
        }
    }
}
