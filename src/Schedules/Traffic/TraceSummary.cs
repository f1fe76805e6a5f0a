using System.Collections.Immutable;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Traffic;

/// <summary>What a whole trace holds, and what is wrong with it.</summary>
public sealed record TraceSummary
{
    /// <summary>The format; null where the first line is of no known one.</summary>
    public TraceFormat? Format { get; init; }

    /// <summary>Rows that are right.</summary>
    public required long Rows { get; init; }

    /// <summary>From the first to the last row.</summary>
    public required Seconds Span { get; init; }

    /// <summary>Sum of the prompts' tokens.</summary>
    public required long PromptTokens { get; init; }

    /// <summary>Sum of the outputs' tokens.</summary>
    public required long OutputTokens { get; init; }

    /// <summary>The first problems, at most 20, in order of line.</summary>
    public required ImmutableArray<TraceProblem> Problems { get; init; }

    /// <summary>Number of all problems.</summary>
    public required long ProblemCount { get; init; }
}
