using System.Collections.Immutable;
using LlmSim.Model.Draws;
using LlmSim.Schedules.Traffic;

namespace LlmSim.Schedules.Serving.Routing;

/// <summary>Sends every request of a session to the same replica, which a hash chooses.</summary>
/// <remarks>What was said before is then in that replica's prefix cache; nothing balances long sessions against short ones.</remarks>
public sealed class SessionRouter(long seed) : IRouter
{
    private const int Stream = 403;

    /// <inheritdoc/>
    public int Choose(in Request request, ImmutableArray<Replica> replicas) =>
        (int)(new CounterRandom(seed, Stream + request.Class).Uniform(request.Session) * replicas.Length);
}
