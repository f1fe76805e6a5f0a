using System.Collections.Immutable;
using LlmSim.Model.Draws;
using LlmSim.Schedules.Traffic;

namespace LlmSim.Schedules.Serving.Routing;

/// <summary>
/// Sends requests that begin alike to the same replica, unless that has far more to do than the others; then, and without a known beginning, to the least busy.
/// </summary>
/// <remarks>
/// The home of a beginning is the replica of the largest hash with it (rendezvous hashing, Thaler and Ravishankar 1998), and a replica is home only while it has
/// at most 1.25 times its share of all requests, rounded up (Mirrokni, Thorup and Zadimoghaddam 2018, "Consistent hashing with bounded loads"). The first block
/// of content is the beginning.
/// </remarks>
public sealed class PrefixAffinityRouter(long seed) : IRouter
{
    private const int Stream = 404;

    /// <summary>Share of the mean load that a home may have, as the paper recommends.</summary>
    private const double Bound = 1.25;

    /// <inheritdoc/>
    public int Choose(in Request request, ImmutableArray<Replica> replicas)
    {
        if (request.PrefixBlocks.IsDefaultOrEmpty)
        {
            return LeastOutstandingRouter.Least(replicas);
        }

        int home = 0;
        ulong largest = 0;
        long outstanding = 1;
        for (int i = 0; i < replicas.Length; i++)
        {
            ulong hash = new CounterRandom(seed, Stream + i).Bits(request.PrefixBlocks[0]);
            (home, largest) = hash >= largest ? (i, hash) : (home, largest);
            outstanding += replicas[i].Outstanding;
        }

        bool isFull = replicas[home].Outstanding >= Math.Ceiling(Bound * outstanding / replicas.Length);
        return isFull ? LeastOutstandingRouter.Least(replicas) : home;
    }
}
