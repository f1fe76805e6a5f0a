using System.Collections.Immutable;
using LlmSim.Schedules.Traffic;

namespace LlmSim.Schedules.Serving.Routing;

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
