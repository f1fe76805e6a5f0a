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

    /// <summary>Hashes of the leading blocks of the prompt and, where known, of the output after it, for prefix caching; empty where none is known.</summary>
    /// <remarks>Two requests share the cache of their first k blocks when their first k hashes are equal.</remarks>
    public ImmutableArray<long> PrefixBlocks { get; init; }

    /// <summary>Tokens of a block of <see cref="PrefixBlocks"/>: 512 in Mooncake's traces; zero where there are none.</summary>
    public int PrefixBlockTokens { get; init; }

    /// <summary>Class of the request, an index from zero into the classes of its traffic.</summary>
    public int Class { get; init; }

    /// <summary>How urgent it is: of two requests the one with the larger number comes first where a policy looks at it.</summary>
    public int Priority { get; init; }

    /// <summary>Session that it belongs to, from zero within its class; where there are no sessions, each request is one of its own.</summary>
    public long Session { get; init; }

    /// <summary>User who sent it, from zero within its class.</summary>
    public int User { get; init; }

    /// <summary>How often it was sent before: zero the first time.</summary>
    public int Attempt { get; init; }
}
