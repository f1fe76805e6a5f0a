using System.Collections.Immutable;
using LlmSim.Model.Draws;
using LlmSim.Schedules.Traffic;

namespace LlmSim.Schedules.Serving.Routing;

/// <summary>Draws two replicas and takes the one with fewer requests that wait or are active. Owns the number of its draws.</summary>
/// <remarks>
/// Two looks suffice for queues whose lengths fall doubly exponentially, without asking all replicas (Mitzenmacher 2001, "The power of two choices in randomized
/// load balancing").
/// </remarks>
public sealed class PowerOfTwoRouter(long seed) : IRouter
{
    private const int Stream = 402;

    private readonly CounterRandom _random = new(seed, Stream);
    private long _draws;

    /// <inheritdoc/>
    public int Choose(in Request request, ImmutableArray<Replica> replicas)
    {
        if (replicas.Length == 1)
        {
            return 0;
        }

        int first = (int)(_random.Uniform(_draws++) * replicas.Length);
        int second = (int)(_random.Uniform(_draws++) * (replicas.Length - 1));
        second += second >= first ? 1 : 0;
        return replicas[second].Outstanding < replicas[first].Outstanding ? second : first;
    }
}
