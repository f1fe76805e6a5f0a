using System.Collections.Immutable;

namespace LlmSim.Planning.Load;

/// <summary>What a load test showed: load against latency and throughput.</summary>
public sealed record LoadCurve
{
    /// <summary>Share of requests that must keep their promises for a load to count as kept, as in DistServe (Zhong et al. 2024, section 2.2).</summary>
    public const double KeptShare = 0.9;

    /// <summary>The loads, in rising order.</summary>
    public required ImmutableArray<LoadPoint> Points { get; init; }

    /// <summary>The load of the best compromise: where throughput over latency is largest. Null where no request completed.</summary>
    public LoadPoint? Knee => Points.Where(static point => point.Power > 0).MaxBy(static point => point.Power);

    /// <summary>The largest load below the first one that overloads the system; null where the smallest does.</summary>
    public LoadPoint? Saturation => Points.TakeWhile(static point => !point.IsOverloaded).LastOrDefault();

    /// <summary>The first load that overloads the system; null where none does.</summary>
    public LoadPoint? Overload => Points.FirstOrDefault(static point => point.IsOverloaded);

    /// <summary>
    /// The largest load at which at least <see cref="KeptShare"/> of the requests keep their promises, as at all smaller ones; null where there is none.
    /// </summary>
    public LoadPoint? Kept => Points.TakeWhile(static point => point.Attainment >= KeptShare).LastOrDefault();

    /// <summary>Largest number of requests that completed a second at any load.</summary>
    public double Capacity => Points.Max(static point => point.Result.RequestsPerSecond);
}
