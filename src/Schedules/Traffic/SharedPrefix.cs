using System.Collections.Immutable;
using LlmSim.Model.Draws;

namespace LlmSim.Schedules.Traffic;

/// <summary>The beginnings that prompts have in common, such as the system prompts of a few applications.</summary>
/// <remarks>
/// Contents are named by hashes of blocks, as Mooncake's traces do: equal numbers are equal tokens with equal tokens before them. A block that reaches beyond
/// the common beginning belongs to one request or session alone.
/// </remarks>
public sealed record SharedPrefix
{
    /// <summary>No common beginning; blocks of 16 tokens.</summary>
    public static readonly SharedPrefix None = new() { Tokens = 0, Groups = 1 };

    private const int OwnStream = 101;
    private const int CommonStream = 102;
    private const int GroupStream = 103;

    /// <summary>Tokens of the common beginning, which come before those of the prompt's own; zero for none.</summary>
    public required int Tokens { get; init; }

    /// <summary>Number of different beginnings, which are equally likely.</summary>
    public required int Groups { get; init; }

    /// <summary>Tokens of a block whose content has a hash.</summary>
    public int BlockTokens { get; init; } = 16;

    /// <summary>The beginning, from zero, of request or session <paramref name="id"/>.</summary>
    public int GroupOf(long id, long seed) => Groups == 1 ? 0 : (int)(new CounterRandom(seed, GroupStream).Uniform(id) * Groups);

    /// <summary>Hashes of the whole blocks of <paramref name="tokens"/> tokens, of which the first are those of the group's common beginning.</summary>
    public ImmutableArray<long> Hashes(long id, long seed, long tokens)
    {
        CounterRandom own = new((long)new CounterRandom(seed, OwnStream).Bits(id), OwnStream);
        CounterRandom common = new((long)new CounterRandom(seed, CommonStream).Bits(GroupOf(id, seed)), CommonStream);
        int shared = Tokens / BlockTokens;
        ImmutableArray<long>.Builder hashes = ImmutableArray.CreateBuilder<long>((int)(tokens / BlockTokens));
        for (int block = 0; block < hashes.Capacity; block++)
        {
            hashes.Add((long)(block < shared ? common.Bits(block) : own.Bits(block)));
        }

        return hashes.MoveToImmutable();
    }
}
