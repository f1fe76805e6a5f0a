using LlmSim.Model.Units;
using LlmSim.Schedules.Fleet;
using LlmSim.Tests.Schedules.Serving;
using Xunit;

namespace LlmSim.Tests.Schedules.Fleet;

/// <summary>The horizontal autoscaler as the documentation of Kubernetes describes it.</summary>
public sealed class AutoscalerTests
{
    private static readonly AutoscalerPlan Plan = new() { Target = 100, Max = 1000, StepUp = 1000 };

    [Theory]
    [InlineData(4, 800, 8)]
    [InlineData(4, 200, 2)]
    [InlineData(4, 439, 4)]
    [InlineData(4, 361, 4)]
    [InlineData(4, 441, 5)]
    [InlineData(3, 301, 3)]
    [InlineData(1, 1_000_000, 1000)]
    public void Wants_the_ceiling_of_current_times_metric_over_target_and_nothing_within_a_tenth(int current, double metric, int expected)
    {
        // "if the current metric value is 200m, and the desired value is 100m, the number of replicas will be doubled"; tolerance 0.1.
        var scaler = new HorizontalAutoscaler(Plan with { StabilizationDown = Seconds.Zero, GrowthUp = 1e9 });
        Assert.Equal(expected, scaler.Desired(new(Instant.Zero, current, metric)));
    }

    [Fact]
    public void Shrinks_to_the_most_that_was_wanted_in_five_minutes()
    {
        var scaler = new HorizontalAutoscaler(Plan);
        Assert.Equal(10, scaler.Desired(At(0, 10, 1000)));
        Assert.Equal(10, scaler.Desired(At(15, 10, 100)));
        Assert.Equal(10, scaler.Desired(At(290, 10, 300)));
        Assert.Equal(3, scaler.Desired(At(316, 10, 100)));
        Assert.Equal(1, scaler.Desired(At(700, 3, 100)));
    }

    [Fact]
    public void Grows_by_four_or_to_twice_as_many_at_a_look()
    {
        var scaler = new HorizontalAutoscaler(Plan with { StepUp = 4 });
        Assert.Equal(5, scaler.Desired(At(0, 1, 10_000)));
        Assert.Equal(10, scaler.Desired(At(15, 5, 10_000)));
        Assert.Equal(20, scaler.Desired(At(30, 10, 10_000)));
    }

    [Fact]
    public void Late_readings_and_no_patience_make_the_number_of_replicas_flap()
    {
        FleetPool pool = SampleFleet.Pool(2) with { Autoscaler = new() { Target = 1, Max = 40, StabilizationDown = Seconds.Zero, Tolerance = 0 } };
        FleetPool patient = pool with { Autoscaler = pool.Autoscaler! with { StabilizationDown = new(300) } };
        FleetPool late = pool with { Autoscaler = pool.Autoscaler! with { Lag = new(60) } };

        int calm = SampleFleet.Run(patient, SampleFleet.Poisson(3, 6_000)).Flaps;
        int hasty = SampleFleet.Run(pool, SampleFleet.Poisson(3, 6_000)).Flaps;
        Assert.True(hasty > 5 * Math.Max(1, calm));
        Assert.True(SampleFleet.Run(late, SampleFleet.Poisson(3, 6_000)).Serving.Queue!.Mean > SampleFleet.Run(pool, SampleFleet.Poisson(3, 6_000)).Serving.Queue!.Mean);
    }

    [Fact]
    public void More_replicas_for_a_burst_and_fewer_after_it()
    {
        FleetPool pool = SampleFleet.Pool(1) with { Autoscaler = new() { Target = 2, Max = 10, StabilizationDown = new(60) } };
        ListSource source = new([.. Enumerable.Range(0, 400).Select(static i => ListSource.Request(i, 100 + (0.2 * i), 1, 1)), ListSource.Request(400, 2_000, 1, 1)]);
        FleetResult result = SampleFleet.Run(pool, source);

        Assert.Equal(10, result.Pools[0].MostReady);
        Assert.Equal(1, result.Events[^1].Wanted);
        Assert.Equal(401, result.Serving.Requests.Completed);
    }

    private static ScalerView At(double seconds, int current, double metric) => new(Instant.At(new(seconds)), current, metric);
}
