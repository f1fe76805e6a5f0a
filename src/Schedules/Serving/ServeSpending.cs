using LlmSim.Model.Cost;

namespace LlmSim.Schedules.Serving;

/// <summary>What serving takes in money and energy, from the first arrival to the end.</summary>
public static class ServeSpending
{
    /// <summary>The spending on a run; its tokens are the output tokens of completed requests.</summary>
    public static Spending Of(ServePrediction prediction) => new()
    {
        Time = prediction.Result.Ended - prediction.Result.FirstArrival,
        Devices = prediction.Job.Devices,
        Tokens = prediction.Result.OutputTokens,
        Energy = prediction.Energy,
        Price = prediction.Job.AcceleratorPrice,
    };
}
