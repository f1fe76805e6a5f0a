using System.Collections.Immutable;
using LlmSim.Schedules.Traffic;

namespace LlmSim.Schedules.Serving.Routing;

/// <summary>Takes the replica with the fewest requests that wait or are active, the first of equals.</summary>
public sealed class LeastOutstandingRouter : IRouter
{
    /// <inheritdoc/>
    public int Choose(in Request request, ImmutableArray<Replica> replicas) => Least(replicas);

    /// <summary>Index of the replica with the fewest requests, the first of equals.</summary>
    internal static int Least(ImmutableArray<Replica> replicas)
    {
        int best = 0;
        for (int i = 1; i < replicas.Length; i++)
        {
            best = replicas[i].Outstanding < replicas[best].Outstanding ? i : best;
        }

        return best;
    }
}
