using System.Collections.Immutable;
using LlmSim.Model.Draws;
using LlmSim.Schedules.Traffic;

namespace LlmSim.Schedules.Serving.Routing;

/// <summary>Takes any replica, each as likely. Owns the number of its draws.</summary>
public sealed class RandomRouter(long seed) : IRouter
{
    private const int Stream = 401;

    private readonly CounterRandom _random = new(seed, Stream);
    private long _draws;

    /// <inheritdoc/>
    public int Choose(in Request request, ImmutableArray<Replica> replicas) => (int)(_random.Uniform(_draws++) * replicas.Length);
}
