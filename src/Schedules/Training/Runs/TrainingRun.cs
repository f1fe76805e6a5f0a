using System.Collections.Immutable;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Training.Runs;

/// <summary>From a run to its prediction: steps are priced once a phase, then phases are run through under draws of failures.</summary>
public static class TrainingRun
{
    /// <summary>Simulates a run.</summary>
    public static RunResult Simulate(RunJob job) => Simulate(job, [.. job.Phases.Select(static phase => TrainStep.Simulate(phase.Job))]);

    /// <summary>Simulates a run whose steps are already priced.</summary>
    /// <param name="job">The run.</param>
    /// <param name="steps">A step of each phase.</param>
    public static RunResult Simulate(RunJob job, ImmutableArray<TrainResult> steps)
    {
        Seconds mtbf = job.Failures?.Mtbf(job.Cluster) ?? new Seconds(double.PositiveInfinity);
        var replay = new RunReplay([.. job.Phases.Zip(steps, (phase, step) => Pace(job, phase, step))], mtbf, job.Failures, job.Seed);
        bool isInterrupted = job.Failures is not null && job.Checkpoints is not null;
        IntervalChoice? intervals = isInterrupted ? Intervals(replay, job.Draws) : null;
        RunReplay chosen = intervals is not null && job.Checkpoints is { Interval: null, IntervalSteps: null } ? replay.WithInterval(intervals.Optimum) : replay;
        if (chosen.IsHopeless)
        {
            return Empty(job, steps, chosen) with { Stuck = Reason(chosen), Intervals = intervals };
        }

        int draws = chosen.Draws(job.Draws);
        ImmutableArray<PhaseTally>[] tallies = [.. Enumerable.Range(0, draws).Select(chosen.Run)];
        double[] walls = [.. tallies.Select(static run => run.Sum(static tally => tally.Time.Total.Value)).Order()];
        return Empty(job, steps, chosen) with
        {
            Phases = [.. job.Phases.Select((phase, i) => Phase(job, phase, steps[i], chosen.Paces[i], [.. tallies.Select(run => run[i])]))],
            WallBand = (Quantile(walls, 0.05), Quantile(walls, 0.95)),
            Intervals = intervals,
        };
    }

    private static RunResult Empty(RunJob job, ImmutableArray<TrainResult> steps, RunReplay replay) => new()
    {
        Job = job,
        Phases = [.. job.Phases.Select((phase, i) => Phase(job, phase, steps[i], replay.Paces[i], []))],
        WallBand = default,
        ExpectedWall = replay.ExpectedWall,
        Mtbf = job.Failures is null ? null : replay.Mtbf,
    };

    private static string Reason(RunReplay replay)
    {
        PhasePace slowest = replay.Paces.MaxBy(static pace => pace.Cycle.Value);
        return $"the run never ends: the cluster fails every {replay.Mtbf} on average, and {slowest.Cycle} pass from one checkpoint to the next"
            + $" with a restart of {(replay.Plan!.Detection + replay.Plan.Restart + slowest.Checkpoint.Load)}";
    }

    private static PhasePace Pace(RunJob job, RunPhase phase, TrainResult step)
    {
        Seconds stall = job.Loading?.Stall(phase.Job, step.Step) ?? Seconds.Zero;
        CheckpointCost cost = job.Checkpoints is { } plan ? CheckpointCost.Of(phase.Job, plan) : default;
        var whole = new PhasePace(phase.Steps, step.Step, stall, phase.Steps, cost);
        return job.Checkpoints switch
        {
            { Interval: { } interval } => whole.WithInterval(interval),
            { IntervalSteps: { } count } => whole with { IntervalSteps = Math.Min(count, phase.Steps) },
            _ => whole,
        };
    }

    /// <summary>Closed forms for the longest phase, and the search around them.</summary>
    private static IntervalChoice Intervals(RunReplay replay, int draws)
    {
        PhasePace longest = replay.Paces.MaxBy(static pace => (pace.Step * pace.Steps).Value);
        Seconds save = longest.Checkpoint.Blocking;
        Seconds young = CheckpointInterval.Young(save, replay.Mtbf);
        Seconds daly = CheckpointInterval.Daly(save, replay.Mtbf);
        Seconds around = Seconds.Max(daly, longest.Step + longest.Stall);
        int enough = replay.WithInterval(around).Draws(draws);
        Seconds optimum = replay.Best(around, enough);
        RunReplay best = replay.WithInterval(optimum);
        return new(young, daly, best.Paces.MaxBy(static pace => (pace.Step * pace.Steps).Value).Interval, best.IsHopeless ? new(double.PositiveInfinity) : Mean(best.Walls(enough)));
    }

    private static PhaseResult Phase(RunJob job, RunPhase phase, TrainResult step, PhasePace pace, ImmutableArray<PhaseTally> draws)
    {
        double share = draws.IsEmpty ? 0 : 1d / draws.Length;
        RunTime time = draws.Aggregate(default(RunTime), static (sum, tally) => sum + tally.Time) * share;
        return new()
        {
            Phase = phase,
            Step = step,
            Stall = pace.Stall,
            IntervalSteps = job.Checkpoints is null ? 0 : pace.IntervalSteps,
            Checkpoint = pace.Checkpoint,
            Time = time,
            Failures = draws.Sum(static tally => tally.Failures) * share,
            Checkpoints = job.Checkpoints is null ? 0 : draws.Sum(static tally => tally.Checkpoints) * share,
            Energy = Energy(job, step, time),
        };
    }

    /// <summary>Lost work takes the power of steps, all other waiting that of idle devices and of hosts.</summary>
    private static Joules Energy(RunJob job, TrainResult step, in RunTime time)
    {
        Cluster cluster = job.Cluster;
        Watts idle = (PowerModel.Idle(cluster.Accelerator) * cluster.Devices) + (cluster.Node.HostPower * ((double)cluster.Devices / cluster.Node.Devices));
        Joules work = step.Energy * ((time.Compute + time.Lost) / step.Step);
        return (work + (idle * (time.Stall + time.Checkpoint + time.Restart))) * job.Site.PowerUsageEffectiveness;
    }

    private static Seconds Mean(Seconds[] walls) => new(walls.Sum(static wall => wall.Value) / walls.Length);

    /// <summary>Quantile of sorted values, linear between neighbours.</summary>
    private static Seconds Quantile(double[] sorted, double share)
    {
        double at = share * (sorted.Length - 1);
        int below = (int)at;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return new(sorted[below] + ((at - below) * (sorted[above] - sorted[below])));
    }
}
