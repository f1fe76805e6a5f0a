using System.Collections.Immutable;
using System.Globalization;

namespace LlmSim.Schedules.Traffic;

/// <summary>Something wrong in a trace: the line (from one; zero where no line is to blame), what was found and what is legal.</summary>
public sealed record TraceProblem(long Line, string Found, string Legal)
{
    /// <summary>Character of the line, from one, at which the wrong cell begins; one where the whole line is wrong.</summary>
    public int Column { get; init; } = 1;

    /// <summary>The problem in one line.</summary>
    public override string ToString() =>
        Line == 0 ? $"found {Found}; legal is {Legal}" : string.Create(CultureInfo.InvariantCulture, $"line {Line}: found {Found}; legal is {Legal}");
}

/// <summary>Collects the problems of a trace. Owns the first few and the number of all.</summary>
internal sealed class TraceProblems
{
    /// <summary>Problems that are told one by one; the rest is counted.</summary>
    internal const int Shown = 20;

    private const int LongestQuote = 60;
    private readonly ImmutableArray<TraceProblem>.Builder _first = ImmutableArray.CreateBuilder<TraceProblem>();

    internal long Count { get; private set; }

    /// <summary>Character at which the cell begins that is read now.</summary>
    internal int Column { get; set; } = 1;

    internal ImmutableArray<TraceProblem> First => _first.ToImmutable();

    internal void Add(long line, string found, string legal)
    {
        if (Count++ < Shown)
        {
            _first.Add(new TraceProblem(line, found, legal) { Column = Column });
        }
    }

    /// <summary>A piece of the file, shortened and in quotes.</summary>
    internal static string Quote(ReadOnlySpan<char> text) => text.Length <= LongestQuote ? $"\"{text}\"" : $"\"{text[..LongestQuote]}…\"";
}
