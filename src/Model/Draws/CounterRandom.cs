namespace LlmSim.Model.Draws;

/// <summary>Random numbers that depend only on seed, stream and index: a draw is the same whatever was drawn before it.</summary>
/// <remarks>
/// A counter-based generator in the manner of Salmon et al. 2011 ("Parallel random numbers: as easy as 1, 2, 3"), with the 64-bit finalizer of
/// SplitMix64 (Steele, Lea and Flood 2014; Stafford's variant 13) as the mixing function. Actors draw from streams of their own, so an added actor
/// changes no other actor's numbers.
/// </remarks>
public readonly record struct CounterRandom
{
    /// <summary>2^64 divided by the golden ratio, the increment of SplitMix64.</summary>
    private const ulong GoldenIncrement = 0x9E3779B97F4A7C15;

    private readonly ulong _key;

    /// <summary>A stream of numbers.</summary>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="stream">Number of the stream, so that purposes of one seed do not depend on each other.</param>
    public CounterRandom(long seed, int stream)
    {
        _key = Mix((ulong)seed + (GoldenIncrement * (ulong)stream));
    }

    /// <summary>The 64 random bits of <paramref name="index"/>.</summary>
    public ulong Bits(long index) => Mix(_key ^ (ulong)index);

    /// <summary>The number of <paramref name="index"/>, strictly between 0 and 1: inverse distribution functions are finite there.</summary>
    public double Uniform(long index) => ((Bits(index) >> 11) + 0.5) * (1.0 / (1L << 53));

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
