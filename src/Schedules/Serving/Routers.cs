using System.Collections.Immutable;
using LlmSim.Schedules.Traffic;

namespace LlmSim.Schedules.Serving;

/// <summary>Chooses the replica that takes a request. One instance serves one run.</summary>
public interface IRouter
{
    /// <summary>Index of the replica for <paramref name="request"/>.</summary>
    int Choose(in Request request, ImmutableArray<Replica> replicas);
}

/// <summary>The routers by name.</summary>
public static class Routers
{
    /// <summary>Name of <see cref="LeastOutstandingRouter"/>.</summary>
    public const string LeastOutstanding = "least_outstanding";

    /// <summary>Name of <see cref="RoundRobinRouter"/>.</summary>
    public const string RoundRobin = "round_robin";

    private static readonly ImmutableSortedDictionary<string, Func<IRouter>> Factories =
        ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, new Dictionary<string, Func<IRouter>>
        {
            [LeastOutstanding] = static () => new LeastOutstandingRouter(),
            [RoundRobin] = static () => new RoundRobinRouter(),
        });

    /// <summary>Names that are known, in alphabetical order.</summary>
    public static ImmutableArray<string> Names { get; } = [.. Factories.Keys];

    /// <summary>A new router for one run.</summary>
    public static IRouter Create(string name) => Factories[name]();
}

/// <summary>Takes the replica with the fewest requests that wait or are active, the first of equals.</summary>
public sealed class LeastOutstandingRouter : IRouter
{
    /// <inheritdoc/>
    public int Choose(in Request request, ImmutableArray<Replica> replicas)
    {
        int best = 0;
        for (int i = 1; i < replicas.Length; i++)
        {
            best = replicas[i].Outstanding < replicas[best].Outstanding ? i : best;
        }

        return best;
    }
}

/// <summary>Takes the replicas in turn. Owns whose turn it is.</summary>
public sealed class RoundRobinRouter : IRouter
{
    private int _turn;

    /// <inheritdoc/>
    public int Choose(in Request request, ImmutableArray<Replica> replicas)
    {
        int chosen = _turn;
        _turn = (_turn + 1) % replicas.Length;
        return chosen;
    }
}
