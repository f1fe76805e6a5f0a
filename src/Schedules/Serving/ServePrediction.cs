using LlmSim.Model.Cost;
using LlmSim.Model.Memory;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Serving;

/// <summary>What a serving system is predicted to do with its traffic.</summary>
public sealed record ServePrediction
{
    /// <summary>The job.</summary>
    public required ServeJob Job { get; init; }

    /// <summary>What the replay showed.</summary>
    public required ServeResult Result { get; init; }

    /// <summary>Memory of the fullest device and the KV cache that it leaves.</summary>
    public required ServeMemoryResult Memory { get; init; }

    /// <summary>The mean iteration while replicas were busy, split exclusively by what bounds it.</summary>
    public required CostBreakdown MeanStep { get; init; }

    /// <summary>Energy of all devices and their share of the hosts from first arrival to the end.</summary>
    public required Joules Energy { get; init; }

    /// <summary>Rent of all devices from first arrival to the end; null where no price was given.</summary>
    public Usd? Cost => Job.AcceleratorPrice is { } price ? price * Job.Devices * (Result.Ended - Result.FirstArrival) : null;
}
