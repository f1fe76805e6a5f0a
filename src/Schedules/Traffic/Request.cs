using System.Collections.Immutable;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Traffic;

/// <summary>One request to a serving system: when it is sent, how long its prompt is and how many tokens it asks for.</summary>
public readonly record struct Request
{
    /// <summary>Number of the request in its source, from zero in order of sending.</summary>
    public long Id { get; init; }

    /// <summary>When the client sends it.</summary>
    public Instant Arrival { get; init; }

    /// <summary>Tokens of the prompt, at least one.</summary>
    public int PromptTokens { get; init; }

    /// <summary>Tokens that are produced before the request ends, at least one.</summary>
    public int OutputTokens { get; init; }

    /// <summary>Hashes of the prompt's leading blocks, for prefix caching; default where the source knows none.</summary>
    /// <remarks>
    /// Two requests share the cache of their first k blocks when their first k hashes are equal. In Mooncake traces a block has 512 tokens.
    /// </remarks>
    public ImmutableArray<long> PrefixBlocks { get; init; }
}
