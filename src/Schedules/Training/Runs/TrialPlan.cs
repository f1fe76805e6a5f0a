namespace LlmSim.Schedules.Training.Runs;

/// <summary>Runs that look for hyper-parameters, each a share of the run.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Share">Size of each as a share of the run's device hours.</param>
public sealed record TrialPlan(int Count, double Share)
{
    /// <summary>No trials.</summary>
    public static readonly TrialPlan None = new(0, 0);

    /// <summary>By what the trials multiply device hours, money and energy of the run alone.</summary>
    public double Multiplier => 1 + (Count * Share);
}
