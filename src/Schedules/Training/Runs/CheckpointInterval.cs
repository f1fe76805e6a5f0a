using LlmSim.Model.Units;

namespace LlmSim.Schedules.Training.Runs;

/// <summary>Closed forms of checkpointing under exponential failures.</summary>
/// <remarks>
/// J. W. Young 1974, "A first order approximation to the optimum checkpoint interval"; J. T. Daly 2006, "A higher order estimate of the optimum
/// checkpoint interval for restart dumps". An interval is working time between the end of one checkpoint and the start of the next.
/// </remarks>
public static class CheckpointInterval
{
    /// <summary>Young's interval, the square root of 2 delta M.</summary>
    /// <param name="save">Time delta for which a checkpoint holds the run up.</param>
    /// <param name="mtbf">Mean time M between failures of the whole cluster.</param>
    public static Seconds Young(Seconds save, Seconds mtbf) => new(Math.Sqrt(2 * save.Value * mtbf.Value));

    /// <summary>Daly's higher-order interval (Daly 2006, equation 37).</summary>
    /// <param name="save">Time delta for which a checkpoint holds the run up.</param>
    /// <param name="mtbf">Mean time M between failures of the whole cluster.</param>
    public static Seconds Daly(Seconds save, Seconds mtbf)
    {
        if (save >= mtbf * 2)
        {
            return mtbf;
        }

        double half = save / (mtbf * 2);
        return (Young(save, mtbf) * (1 + (Math.Sqrt(half) / 3) + (half / 9))) - save;
    }

    /// <summary>Expected wall time for each second of work: M e^(R/M) (e^((tau+delta)/M) - 1) / tau (Daly 2006, the complete cost function).</summary>
    /// <param name="interval">Work tau between checkpoints.</param>
    /// <param name="save">Time delta for which a checkpoint holds the run up.</param>
    /// <param name="restart">Time R from a failure until work goes on; failures strike it too.</param>
    /// <param name="mtbf">Mean time M between failures of the whole cluster.</param>
    public static double Stretch(Seconds interval, Seconds save, Seconds restart, Seconds mtbf) => double.IsInfinity(mtbf.Value)
        ? (interval + save) / interval
        : mtbf.Value * Math.Exp(restart / mtbf) * (Math.Exp((interval + save) / mtbf) - 1) / interval.Value;
}
