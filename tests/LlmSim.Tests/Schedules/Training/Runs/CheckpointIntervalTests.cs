using LlmSim.Model.Units;
using LlmSim.Schedules.Training.Runs;
using Xunit;

namespace LlmSim.Tests.Schedules.Training.Runs;

/// <summary>Closed forms against the numeric minimum of the cost function, and the simulation against both.</summary>
public sealed class CheckpointIntervalTests
{
    [Theory]
    [InlineData(30, 36_000)]
    [InlineData(300, 36_000)]
    [InlineData(600, 7_200)]
    public void Daly_comes_within_half_a_percent_of_the_least_cost_and_no_farther_than_Young(double save, double mtbf)
    {
        double least = Enumerable.Range(1, 40_000).Min(i => Stretch(mtbf * i / 10_000));
        double daly = Stretch(CheckpointInterval.Daly(new(save), new(mtbf)).Value);
        double young = Stretch(CheckpointInterval.Young(new(save), new(mtbf)).Value);

        Assert.InRange(daly / least, 1 - 1e-6, 1.005);
        Assert.True(daly <= young);

        double Stretch(double interval) => CheckpointInterval.Stretch(new(interval), new(save), new(600), new(mtbf));
    }

    [Fact]
    public void Daly_saves_once_a_mean_time_between_failures_where_saving_takes_twice_as_long()
    {
        Assert.Equal(100, CheckpointInterval.Daly(new(200), new(100)).Value);
    }

    [Theory]
    [InlineData(3_600, 60, 300, 600)]
    [InlineData(36_000, 60, 300, 2_000)]
    [InlineData(36_000, 300, 900, 4_700)]
    [InlineData(7_200, 120, 600, 1_300)]
    public void The_mean_simulated_time_is_the_one_that_Daly_expects(double mtbf, double save, double restart, double interval)
    {
        // 200 draws of a run of 500 to 1,000 mean times between failures: the standard error is below 0.3 %.
        const double step = 10;
        long steps = (long)(mtbf * 50);
        RunJob run = SampleRuns.Run(steps, SampleRuns.Failures(new(mtbf), new(restart)), SampleRuns.Saving(new(save), new(interval)));
        RunResult result = SampleRuns.Simulate(run, new(step));
        double expected = CheckpointInterval.Stretch(new(interval), new(save), new(restart), new(mtbf)) * steps * step;

        Assert.Equal(expected, result.Time.Total.Value, 0.01 * expected);
        Assert.Equal(expected, result.ExpectedWall.Value, 1e-6 * expected);
        Assert.Equal(result.Time.Total.Value / mtbf, result.Failures, 0.01 * result.Failures);
    }

    [Theory]
    [InlineData(36_000, 60)]
    [InlineData(7_200, 120)]
    public void The_searched_interval_of_a_long_run_lies_near_Daly_and_costs_no_more(double mtbf, double save)
    {
        FailurePlan failures = SampleRuns.Failures(new(mtbf), new(300));
        RunResult best = SampleRuns.Simulate(SampleRuns.Run((long)(mtbf * 20), failures, SampleRuns.Saving(new(save), null), 32), new(10));
        Seconds daly = best.Intervals!.Daly;
        RunResult byDaly = SampleRuns.Simulate(SampleRuns.Run((long)(mtbf * 20), failures, SampleRuns.Saving(new(save), daly), 32), new(10));

        Assert.InRange(best.Intervals.Optimum / daly, 0.7, 1.4);
        Assert.True(best.Time.Total.Value <= byDaly.Time.Total.Value * (1 + 1e-9));
        Assert.Equal(best.Intervals.OptimumWall.Value, best.Time.Total.Value, 1e-6 * best.Time.Total.Value);
    }
}
