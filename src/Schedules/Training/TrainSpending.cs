using LlmSim.Model.Cost;

namespace LlmSim.Schedules.Training;

/// <summary>What training takes in time, money and energy: the whole run where its tokens are given, else one step.</summary>
public static class TrainSpending
{
    /// <summary>The spending on one step.</summary>
    public static Spending OfStep(TrainResult result) => new()
    {
        Time = result.Step,
        Devices = result.Job.Cluster.Devices,
        Tokens = result.Job.TokensPerStep,
        Energy = result.Energy,
        Price = result.Job.AcceleratorPrice,
    };

    /// <summary>The spending on the whole run without failures; of one step where the job names no tokens.</summary>
    public static Spending OfRun(TrainResult result)
    {
        Spending step = OfStep(result);
        double steps = Steps(result);
        return step with { Time = step.Time * steps, Tokens = step.Tokens * steps, Energy = step.Energy * steps };
    }

    /// <summary>Steps of the whole run; one where the job names no tokens.</summary>
    public static double Steps(TrainResult result) => result.Job.RunTokens > 0 ? result.Job.RunTokens / (result.Job.TokensPerStep * result.Job.KeptShare) : 1;
}
