namespace LlmSim.Schedules.Traffic;

/// <summary>The random streams of traffic, so that arrivals and lengths of one seed do not depend on each other.</summary>
internal enum TrafficStream
{
    Arrival = 1,
    Prompt = 2,
    Output = 3,
    ThinkTime = 4,
}

/// <summary>Uniform numbers that depend only on seed, stream and index, so that a request is the same whatever was drawn before it.</summary>
/// <remarks>
/// SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators", figure 17), entered at any position without its state.
/// </remarks>
internal readonly struct UniformDraws(long seed, TrafficStream stream)
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;
    private readonly ulong _start = Mix(Mix((ulong)seed + GoldenGamma) + ((ulong)stream * GoldenGamma));

    /// <summary>The number of <paramref name="index"/>, strictly between 0 and 1: inverse distribution functions are finite there.</summary>
    internal double At(long index) => ((Mix(_start + (((ulong)index + 1) * GoldenGamma)) >> 12) + 0.5) * (1.0 / (1L << 52));

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
