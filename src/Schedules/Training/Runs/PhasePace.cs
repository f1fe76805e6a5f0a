using LlmSim.Model.Units;

namespace LlmSim.Schedules.Training.Runs;

/// <summary>What the replay of a phase needs to know, in seconds.</summary>
/// <param name="Steps">Steps of the phase.</param>
/// <param name="Step">Time of a step.</param>
/// <param name="Stall">Time for which a step waits for its samples.</param>
/// <param name="IntervalSteps">Steps between two checkpoints; those of the phase where only its end is saved.</param>
/// <param name="Checkpoint">What a checkpoint takes.</param>
internal readonly record struct PhasePace(long Steps, Seconds Step, Seconds Stall, long IntervalSteps, CheckpointCost Checkpoint)
{
    /// <summary>Steps between checkpoints for a working time between them.</summary>
    public PhasePace WithInterval(Seconds interval) =>
        this with { IntervalSteps = Math.Clamp((long)Math.Min(Steps, Math.Round(interval / (Step + Stall))), 1, Steps) };

    /// <summary>Work between two checkpoints.</summary>
    public Seconds Interval => (Step + Stall) * IntervalSteps;

    /// <summary>Work and save of a full interval: one write ends before the next save begins.</summary>
    public Seconds Cycle => Seconds.Max(Interval, Checkpoint.Write) + Checkpoint.Blocking;
}

/// <summary>What a phase took in one draw of failures.</summary>
/// <param name="Time">Where its time went.</param>
/// <param name="Failures">Failures in it.</param>
/// <param name="Checkpoints">Checkpoints that became durable.</param>
internal readonly record struct PhaseTally(RunTime Time, long Failures, long Checkpoints);
