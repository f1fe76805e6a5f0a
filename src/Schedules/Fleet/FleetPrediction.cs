using LlmSim.Model.Units;
using LlmSim.Schedules.Serving;

namespace LlmSim.Schedules.Fleet;

/// <summary>What a fleet is predicted to do with its traffic.</summary>
public sealed record FleetPrediction
{
    /// <summary>The fleet.</summary>
    public required FleetJob Job { get; init; }

    /// <summary>What the replay showed.</summary>
    public required FleetResult Result { get; init; }

    /// <summary>The same as a serving system, with the memory and the mean iteration of the first pool's replicas and the energy of all pools.</summary>
    public required ServePrediction Serving { get; init; }

    /// <summary>Rent of all pools; null where one has no price.</summary>
    public Usd? Rent => Result.Pools.Aggregate((Usd?)Usd.Zero, static (sum, pool) => sum + pool.Rent);

    /// <summary>Accelerators that were paid for, on average over the run.</summary>
    public double MeanDevices => Result.Serving.Ended > Instant.Zero
        ? Result.Pools.Sum(static pool => pool.DeviceTime.Value) / (Result.Serving.Ended - Instant.Zero).Value : 0;
}
