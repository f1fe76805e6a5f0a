using System.Collections.Immutable;
using LlmSim.Schedules.Traffic;

namespace LlmSim.Schedules.Serving.Routing;

/// <summary>Chooses the replica that takes a request. One instance serves one run.</summary>
public interface IRouter
{
    /// <summary>Whether it looks at caches or queues of tokens, so that every replica must be brought up to the moment before it is asked.</summary>
    bool LooksInside => false;

    /// <summary>Index of the replica for <paramref name="request"/>.</summary>
    int Choose(in Request request, ImmutableArray<Replica> replicas);
}
