using System.Collections.Immutable;

namespace LlmSim.Schedules.Serving;

/// <summary>The batching policies by name.</summary>
public static class BatchPolicies
{
    /// <summary>Name of <see cref="ContinuousBatching"/>.</summary>
    public const string Continuous = "continuous";

    private static readonly ImmutableSortedDictionary<string, Func<IBatchPolicy>> Factories =
        ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, new Dictionary<string, Func<IBatchPolicy>>
        {
            [Continuous] = static () => new ContinuousBatching(),
        });

    /// <summary>Names that are known, in alphabetical order.</summary>
    public static ImmutableArray<string> Names { get; } = [.. Factories.Keys];

    /// <summary>A new policy for one replica.</summary>
    public static IBatchPolicy Create(string name) => Factories[name]();
}
