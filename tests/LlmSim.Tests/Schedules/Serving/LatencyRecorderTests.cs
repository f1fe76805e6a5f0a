using LlmSim.Model.Units;
using LlmSim.Schedules.Serving;
using Xunit;

namespace LlmSim.Tests.Schedules.Serving;

public sealed class LatencyRecorderTests
{
    [Fact]
    public void Percentiles_are_the_nearest_rank()
    {
        // Of 1 to 200 ms in any order, rank 100, 180, 190 and 198.
        LatencyRecorder recorder = new();
        for (int i = 0; i < 200; i++)
        {
            recorder.Record(Seconds.Milliseconds(1 + (i * 77 % 200)));
        }

        LatencyStatistic statistic = recorder.Summary()!;
        Assert.Equal(
            [100.5, 100, 180, 190, 198, 200],
            new[] { statistic.Mean, statistic.P50, statistic.P90, statistic.P95, statistic.P99, statistic.Max }
                .Select(value => Math.Round(value.Value * 1000, 9)));
        Assert.True(statistic.IsExact);
    }

    [Fact]
    public void One_sample_is_every_percentile_and_none_is_no_statistic()
    {
        LatencyRecorder recorder = new();
        Assert.Null(recorder.Summary());
        recorder.Record(5, 0);
        Assert.Null(recorder.Summary());
        recorder.Record(Seconds.From(2));
        LatencyStatistic statistic = recorder.Summary()!;
        Assert.Equal(1, statistic.Count);
        Assert.All([statistic.Mean, statistic.P50, statistic.P99, statistic.Max], value => Assert.Equal(2, value.Value, 12));
    }

    [Fact]
    public void A_weight_stands_for_so_many_equal_samples()
    {
        LatencyRecorder weighted = new();
        weighted.Record(1_000, 95);
        weighted.Record(9_000, 5);
        LatencyStatistic statistic = weighted.Summary()!;
        Assert.Equal(1e-6, statistic.P95.Value, 15);
        Assert.Equal(9e-6, statistic.P99.Value, 15);
        Assert.Equal(1.4e-6, statistic.Mean.Value, 15);
    }

    [Fact]
    public void Beyond_the_exact_size_percentiles_stay_within_a_thousandth_and_mean_and_maximum_exact()
    {
        LatencyRecorder exact = new();
        LatencyRecorder histogram = new(exactEntries: 1000);
        for (long i = 0; i < 50_000; i++)
        {
            long value = 1_000_000 + (i * 7_919_993 % 50_021 * 40_009);
            exact.Record(value, 1 + (i % 3));
            histogram.Record(value, 1 + (i % 3));
        }

        (LatencyStatistic expected, LatencyStatistic actual) = (exact.Summary()!, histogram.Summary()!);
        Assert.False(actual.IsExact);
        Assert.Equal((expected.Count, expected.Mean, expected.Max), (actual.Count, actual.Mean, actual.Max));
        Assert.InRange(actual.P50 / expected.P50, 0.999, 1.001);
        Assert.InRange(actual.P90 / expected.P90, 0.999, 1.001);
        Assert.InRange(actual.P99 / expected.P99, 0.999, 1.001);
    }
}
