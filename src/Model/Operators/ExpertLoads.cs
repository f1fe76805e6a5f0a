using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Numerics;

namespace LlmSim.Model.Operators;

/// <summary>What the tokens of one call bring to the experts of the busiest expert-parallel rank; averages, so none of it need be whole.</summary>
/// <param name="Touched">Local experts with at least one token.</param>
/// <param name="Pairs">Pairs of a token and a local expert.</param>
public abstract record ExpertLoads(double Touched, double Pairs)
{
    /// <summary>Most results of drawn laws that are kept; a benchmark has some thousands.</summary>
    private const int MostKept = 20_000;

    /// <summary>Draws are made up to this number of tokens; loads of more are in proportion.</summary>
    private const int MostTokens = 1 << 17;

    private static readonly ConcurrentDictionary<(int Experts, int TopK, int Tokens, int Shards, ExpertRouting Routing), CountedLoads> Drawn = new();

    /// <summary>Rows of the tiles of grouped matrix products, each twice the one before.</summary>
    public static ImmutableArray<int> TileRows { get; } = [8, 16, 32, 64, 128, 256];

    /// <summary>Blocks of <paramref name="rows"/> rows, one of <see cref="TileRows"/>, that hold the pairs, each block of one expert.</summary>
    public abstract double Blocks(int rows);

    /// <summary>The loads under a law.</summary>
    /// <param name="experts">Experts of the layer.</param>
    /// <param name="topK">Experts that each token visits.</param>
    /// <param name="tokens">Tokens over all ranks.</param>
    /// <param name="shards">Expert-parallel ranks.</param>
    /// <param name="routing">The law.</param>
    /// <remarks>Drawn laws are drawn at four sizes an octave and linear in between, so that a server with any batch needs few draws.</remarks>
    public static ExpertLoads Of(int experts, int topK, double tokens, int shards, ExpertRouting routing)
    {
        if (routing.Law == RoutingLaw.Uniform || tokens <= 0)
        {
            return UniformLoads.Of(experts, topK, Math.Max(0, tokens), shards);
        }

        if (tokens >= MostTokens)
        {
            CountedLoads most = At(MostTokens);
            return Mix(most, most, tokens / MostTokens, 0) with { Touched = most.Touched };
        }

        if (tokens <= 1)
        {
            return Mix(At(1), At(1), tokens, 0);
        }

        int octave = BitOperations.Log2((uint)tokens);
        double step = Math.Max(1, (1 << octave) / 4);
        double lower = step * Math.Floor(tokens / step);
        double share = (tokens - lower) / step;
        return share == 0 ? At((int)lower) : Mix(At((int)lower), At((int)(lower + step)), 1 - share, share);

        CountedLoads At(int knot) => Kept((experts, topK, knot, shards, routing));
    }

    private static CountedLoads Kept((int Experts, int TopK, int Tokens, int Shards, ExpertRouting Routing) key)
    {
        if (Drawn.TryGetValue(key, out CountedLoads? known))
        {
            return known;
        }

        if (Drawn.Count >= MostKept)
        {
            Drawn.Clear();
        }

        return Drawn[key] = DrawnLoads.Average(key.Experts, key.TopK, key.Tokens, key.Shards, key.Routing);
    }

    private static CountedLoads Mix(CountedLoads a, CountedLoads b, double shareA, double shareB) => new(
        (shareA * a.Touched) + (shareB * b.Touched),
        (shareA * a.Pairs) + (shareB * b.Pairs),
        [.. a.TileBlocks.Select((blocks, i) => (shareA * blocks) + (shareB * b.TileBlocks[i]))]);
}

/// <summary>Loads whose blocks were counted.</summary>
/// <param name="Touched">Local experts with at least one token.</param>
/// <param name="Pairs">Pairs of a token and a local expert.</param>
/// <param name="TileBlocks">For each of <see cref="ExpertLoads.TileRows"/>, the blocks of so many rows.</param>
public sealed record CountedLoads(double Touched, double Pairs, ImmutableArray<double> TileBlocks) : ExpertLoads(Touched, Pairs)
{
    /// <inheritdoc/>
    public override double Blocks(int rows) => TileBlocks[BitOperations.Log2((uint)rows) - 3];
}
