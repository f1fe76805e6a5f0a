using System.Collections.Immutable;

namespace LlmSim.Schedules.Serving.Routing;

/// <summary>The routers by name; a new one is one file and one line here.</summary>
public static class Routers
{
    /// <summary>Name of <see cref="LeastOutstandingRouter"/>, the default.</summary>
    public const string LeastOutstanding = "least_outstanding";

    /// <summary>Name of <see cref="RoundRobinRouter"/>.</summary>
    public const string RoundRobin = "round_robin";

    /// <summary>Name of <see cref="RandomRouter"/>.</summary>
    public const string Random = "random";

    /// <summary>Name of <see cref="PowerOfTwoRouter"/>.</summary>
    public const string PowerOfTwo = "power_of_two";

    /// <summary>Name of <see cref="SessionRouter"/>.</summary>
    public const string Session = "session";

    /// <summary>Name of <see cref="PrefixAffinityRouter"/>.</summary>
    public const string PrefixAffinity = "prefix_affinity";

    /// <summary>Name of <see cref="KvAwareRouter"/>.</summary>
    public const string KvAware = "kv_aware";

    private static readonly ImmutableSortedDictionary<string, Func<long, IRouter>> Factories =
        ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, new Dictionary<string, Func<long, IRouter>>
        {
            [LeastOutstanding] = static _ => new LeastOutstandingRouter(),
            [RoundRobin] = static _ => new RoundRobinRouter(),
            [Random] = static seed => new RandomRouter(seed),
            [PowerOfTwo] = static seed => new PowerOfTwoRouter(seed),
            [Session] = static seed => new SessionRouter(seed),
            [PrefixAffinity] = static seed => new PrefixAffinityRouter(seed),
            [KvAware] = static _ => new KvAwareRouter(),
        });

    /// <summary>Names that are known, in alphabetical order.</summary>
    public static ImmutableArray<string> Names { get; } = [.. Factories.Keys];

    /// <summary>A new router for one run, whose draws have this seed.</summary>
    public static IRouter Create(string name, long seed) => Factories[name](seed);
}
