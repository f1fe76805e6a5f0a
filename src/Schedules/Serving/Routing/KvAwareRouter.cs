using System.Collections.Immutable;
using LlmSim.Schedules.Traffic;

namespace LlmSim.Schedules.Serving.Routing;

/// <summary>Takes the replica of the least sum of prompt tokens that its cache does not have, tokens that wait there, and KV cache in use.</summary>
/// <remarks>The cost of NVIDIA Dynamo's KV router at its default weights: prefill left to do plus blocks in use; the first of equals.</remarks>
public sealed class KvAwareRouter : IRouter
{
    /// <inheritdoc/>
    public bool LooksInside => true;

    /// <inheritdoc/>
    public int Choose(in Request request, ImmutableArray<Replica> replicas)
    {
        int best = 0;
        long least = long.MaxValue;
        for (int i = 0; i < replicas.Length; i++)
        {
            Replica replica = replicas[i];
            long cost = request.PromptTokens - replica.CachedOf(request) + replica.Batch.WaitingTokens + (replica.KvCache.Used * replica.KvCache.BlockSize);
            (best, least) = cost < least ? (i, cost) : (best, least);
        }

        return best;
    }
}
