using System.Collections.Immutable;

namespace LlmSim.Schedules.Serving;

/// <summary>The batching policies by name.</summary>
public static class BatchPolicies
{
    /// <summary>Name of <see cref="ContinuousBatching"/>.</summary>
    public const string Continuous = "continuous";

    /// <summary>Name of <see cref="InFlightBatching"/> that never evicts.</summary>
    public const string InFlight = "in_flight";

    /// <summary>Name of <see cref="InFlightBatching"/> that pauses the newest when the cache is full.</summary>
    public const string MaxUtilization = "max_utilization";

    /// <summary>Name of <see cref="Serving.PrefillFirst"/>.</summary>
    public const string PrefillFirst = "prefill_first";

    private static readonly ImmutableSortedDictionary<string, Func<IBatchPolicy>> Factories =
        ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, new Dictionary<string, Func<IBatchPolicy>>
        {
            [Continuous] = static () => new ContinuousBatching(),
            [InFlight] = static () => new InFlightBatching(evicts: false),
            [MaxUtilization] = static () => new InFlightBatching(evicts: true),
            [PrefillFirst] = static () => new PrefillFirst(),
        });

    /// <summary>Names that are known, in alphabetical order.</summary>
    public static ImmutableArray<string> Names { get; } = [.. Factories.Keys];

    /// <summary>A new policy for one replica.</summary>
    public static IBatchPolicy Create(string name) => Factories[name]();
}
