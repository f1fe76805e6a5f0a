using LlmSim.Model.Units;

namespace LlmSim.Schedules.Training.Runs;

/// <summary>The time of a run, split exclusively.</summary>
/// <param name="Compute">Steps whose result lasts.</param>
/// <param name="Stall">Waiting for samples in these steps.</param>
/// <param name="Checkpoint">Waiting for state to be saved.</param>
/// <param name="Lost">Work after the last durable checkpoint before a failure, which is done again.</param>
/// <param name="Restart">From failures until work goes on: detection, spare, start, loading.</param>
public readonly record struct RunTime(Seconds Compute, Seconds Stall, Seconds Checkpoint, Seconds Lost, Seconds Restart)
{
    /// <summary>All parts together: the wall time.</summary>
    public Seconds Total => Compute + Stall + Checkpoint + Lost + Restart;

    /// <summary>Share of the wall time in steps whose result lasts.</summary>
    public double Goodput => Total > Seconds.Zero ? Compute / Total : 1;

    /// <summary>Both, part by part.</summary>
    public static RunTime operator +(in RunTime left, in RunTime right) => new(
        left.Compute + right.Compute, left.Stall + right.Stall, left.Checkpoint + right.Checkpoint, left.Lost + right.Lost, left.Restart + right.Restart);

    /// <summary>Each part taken <paramref name="factor"/> times.</summary>
    public static RunTime operator *(in RunTime time, double factor) =>
        new(time.Compute * factor, time.Stall * factor, time.Checkpoint * factor, time.Lost * factor, time.Restart * factor);
}
