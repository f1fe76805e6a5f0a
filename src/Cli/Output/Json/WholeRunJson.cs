using LlmSim.Schedules.Training.Runs;

namespace LlmSim.Cli.Output.Json;

/// <summary>The prediction of a whole training run for programs.</summary>
internal static class WholeRunJson
{
    /// <summary>Writes the run: first what a run without interruptions has too, then where its time goes.</summary>
    public static JsonAnswer WholeRun(this JsonAnswer json, RunResult run) => json
        .Number("steps", run.Steps)
        .Number("tokens", run.Tokens)
        .Number("seconds", run.Time.Total.Value)
        .Numbers("seconds_band", [run.WallBand.Low.Value, run.WallBand.High.Value])
        .Number("expected_seconds", run.ExpectedWall.Value)
        .Number("goodput", run.Time.Goodput)
        .Number("device_hours", run.DeviceHours)
        .Number("device_hours_with_trials", run.DeviceHoursWithTrials)
        .Number("trial_multiplier", run.Job.Trials.Multiplier)
        .Object("time_seconds", o => o.Time(run.Time))
        .Number("failures", run.Failures)
        .Number("mtbf_seconds", run.Mtbf?.Value)
        .Intervals(run.Intervals)
        .Number("usd_electricity", run.EnergyCost?.Value)
        .Number("co2_kilograms", run.Carbon?.Value)
        .List("phases", run.Phases, Phase);

    private static JsonAnswer Intervals(this JsonAnswer json, IntervalChoice? intervals) => intervals is null
        ? json.Null("checkpoint_interval")
        : json.Object("checkpoint_interval", o => o
            .Number("young_seconds", intervals.Young.Value)
            .Number("daly_seconds", intervals.Daly.Value)
            .Number("optimum_seconds", intervals.Optimum.Value)
            .Number("optimum_run_seconds", intervals.OptimumWall.Value));

    private static void Phase(JsonAnswer json, PhaseResult phase) => json
        .Text("name", phase.Phase.Name)
        .Number("steps", phase.Phase.Steps)
        .Number("tokens", phase.Phase.Steps * phase.Phase.Job.TokensPerStep)
        .Number("step_seconds", phase.Step.Step.Value)
        .Number("stall_seconds_per_step", phase.Stall.Value)
        .Number("seconds", phase.Time.Total.Value)
        .Number("goodput", phase.Time.Goodput)
        .Object("time_seconds", o => o.Time(phase.Time))
        .Number("failures", phase.Failures)
        .Object("checkpoint", o => o
            .Number("count", phase.Checkpoints)
            .Count("interval_steps", phase.IntervalSteps)
            .Number("bytes", phase.Checkpoint.Size.Value)
            .Number("blocking_seconds", phase.Checkpoint.Blocking.Value)
            .Number("write_seconds_behind_steps", phase.Checkpoint.Write.Value)
            .Number("load_seconds", phase.Checkpoint.Load.Value))
        .Number("joules", phase.Energy.Value);

    private static JsonAnswer Time(this JsonAnswer json, in RunTime time) => json
        .Number("compute", time.Compute.Value)
        .Number("stall", time.Stall.Value)
        .Number("checkpoint", time.Checkpoint.Value)
        .Number("lost", time.Lost.Value)
        .Number("restart", time.Restart.Value);
}
