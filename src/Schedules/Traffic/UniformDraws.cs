using LlmSim.Model.Draws;
using LlmSim.Schedules.Engine;

namespace LlmSim.Schedules.Traffic;

/// <summary>The random streams of traffic, so that arrivals and lengths of one seed do not depend on each other.</summary>
internal enum TrafficStream
{
    Arrival = 1,
    Prompt = 2,
    Output = 3,
    ThinkTime = 4,
    Turns = 5,
    User = 6,
}

/// <summary>Uniform numbers that depend only on seed, stream and index, so that a request is the same whatever was drawn before it.</summary>
internal readonly struct UniformDraws(long seed, TrafficStream stream)
{
    private readonly CounterRandom _random = new(seed, (int)stream);

    /// <summary>The number of <paramref name="index"/>, strictly between 0 and 1: inverse distribution functions are finite there.</summary>
    internal double At(long index) => _random.Uniform(index);
}
