using LlmSim.Model.Units;
using LlmSim.Schedules.Training.Runs;
using Xunit;

namespace LlmSim.Tests.Schedules.Training.Runs;

public sealed class TrainingRunTests
{
    private static readonly Seconds Step = new(10);

    [Fact]
    public void Without_failures_the_time_is_the_sum_of_steps_and_saves()
    {
        RunJob run = SampleRuns.Run(1_000, null, SampleRuns.Saving(new(60), new(1_500)));
        RunResult result = SampleRuns.Simulate(run, Step);

        // 1,000 steps of 10 s; 150 steps between saves are six saves on the way and one at the end.
        Assert.Equal((1_000 * 10) + (7 * 60), result.Time.Total.Value, 1e-6);
        Assert.Equal(7, result.Phases[0].Checkpoints);
        Assert.Equal(0, result.Failures);
        Assert.Equal(10_000.0 / 10_420, result.Time.Goodput, 1e-9);
        Assert.Equal(10_420.0 / 3600 * 16, result.DeviceHours, 1e-6);
    }

    [Fact]
    public void A_save_behind_the_steps_holds_them_up_for_its_copy_alone_unless_writes_pile_up()
    {
        CheckpointPlan plan = SampleRuns.Saving(new(60), new(1_000)) with { Asynchronous = true };
        CheckpointCost cost = CheckpointCost.Of(SampleRuns.Job, plan);
        RunResult behind = SampleRuns.Simulate(SampleRuns.Run(1_000, null, plan), Step);
        RunResult piled = SampleRuns.Simulate(SampleRuns.Run(1_000, null, plan with { Interval = Step }), Step);

        Assert.Equal(60, cost.Write.Value, 1e-6);
        Assert.Equal(10_000 + (10 * cost.Blocking.Value) + 60, behind.Time.Total.Value, 1e-6);
        double expected = 10 + (999 * 60) + (1_000 * cost.Blocking.Value) + 60;
        Assert.InRange(piled.Time.Total.Value, expected - 61, expected + 61);
    }

    [Fact]
    public void Goodput_grows_with_the_time_between_failures()
    {
        double[] goodput = [.. new[] { 1_000.0, 3_000, 10_000, 30_000, 100_000, 1e6 }.Select(static mtbf => SampleRuns.Simulate(
            SampleRuns.Run(50_000, SampleRuns.Failures(new(mtbf), new(300)), SampleRuns.Saving(new(20), new(400))), Step).Time.Goodput)];

        Assert.Equal(goodput.Order(), goodput);
        Assert.InRange(goodput[^1], 0.94, 20.0 * 400 / (20 * 420));
    }

    [Fact]
    public void The_same_seed_gives_the_same_run_and_another_seed_another()
    {
        RunJob run = SampleRuns.Run(50_000, SampleRuns.Failures(new(5_000), new(300)), SampleRuns.Saving(new(20), new(400)), 16);

        Assert.Equal(SampleRuns.Simulate(run, Step).Time, SampleRuns.Simulate(run, Step).Time);
        Assert.NotEqual(SampleRuns.Simulate(run, Step).Time, SampleRuns.Simulate(run with { Seed = 6 }, Step).Time);
    }

    [Fact]
    public void A_run_without_a_spare_waits_for_the_repair()
    {
        // One node out at a time takes the repair longer than a spare would: for rare failures, nearly each failure waits for all of it.
        FailurePlan spare = SampleRuns.Failures(new(100_000), new(300));
        FailurePlan none = spare with { SpareNodes = 0, Repair = new(2_000) };
        FailurePlan two = none with { SpareNodes = 2 };
        CheckpointPlan saving = SampleRuns.Saving(new(20), new(400));
        RunResult ready = SampleRuns.Simulate(SampleRuns.Run(500_000, spare, saving), Step);
        RunResult waiting = SampleRuns.Simulate(SampleRuns.Run(500_000, none, saving), Step);
        RunResult standing = SampleRuns.Simulate(SampleRuns.Run(500_000, two, saving), Step);

        Assert.InRange(waiting.Time.Restart.Value / waiting.Failures, 2_270, 2_330);
        Assert.InRange(standing.Time.Restart.Value / standing.Failures, 298, 302);
        Assert.Equal(ready.Time.Total.Value, standing.Time.Total.Value, 1e-3 * ready.Time.Total.Value);
    }

    [Fact]
    public void A_run_that_fails_before_each_checkpoint_says_that_it_never_ends()
    {
        RunJob run = SampleRuns.Run(50_000, SampleRuns.Failures(new(300), new(300)), SampleRuns.Saving(new(20), new(4_000)));

        Assert.StartsWith("the run never ends", SampleRuns.Simulate(run, Step).Stuck, StringComparison.Ordinal);
    }

    [Fact]
    public void Trials_site_and_prices_multiply()
    {
        RunJob run = SampleRuns.Run(1_000, null, null);
        RunResult plain = SampleRuns.Simulate(run, Step);
        RunResult more = SampleRuns.Simulate(
            run with
            {
                Trials = new(20, 0.05),
                Site = new(1.2, CarbonIntensity.GramsPerKilowattHour(350), EnergyPrice.UsdPerKilowattHour(0.1)),
            },
            Step);
        double kilowattHours = more.Spending.Energy.Value / 3.6e6;

        Assert.Equal(2 * 1.2, more.Spending.Energy / plain.Spending.Energy, 1e-9);
        Assert.Equal(2 * plain.DeviceHours, more.DeviceHoursWithTrials, 1e-9);
        Assert.Equal(kilowattHours * 0.35, more.Carbon!.Value.Value, 1e-6 * kilowattHours);
        Assert.Equal(kilowattHours * 0.1, more.EnergyCost!.Value.Value, 1e-6 * kilowattHours);
    }
}
