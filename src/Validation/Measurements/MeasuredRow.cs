using System.Collections.Immutable;

namespace LlmSim.Validation.Measurements;

/// <summary>One measured number of a table and the work that it measures.</summary>
/// <remarks>A line of a table that states two metrics becomes two of these.</remarks>
public sealed record MeasuredRow
{
    /// <summary>Name of the table: the file's name without extension.</summary>
    public required string Table { get; init; }

    /// <summary>Line in the file, from one; the header of a table is line 1.</summary>
    public required int Line { get; init; }

    /// <summary>The table's own id of the row, else its line.</summary>
    public required string Id { get; init; }

    /// <summary>Device as written in the table.</summary>
    public string Gpu { get; init; } = string.Empty;

    /// <summary>Number format or precision as written in the table.</summary>
    public string Format { get; init; } = string.Empty;

    /// <summary>Where the row comes from: the table's column <c>source</c>, <c>benchmark</c> or <c>stack</c>.</summary>
    public string Source { get; init; } = string.Empty;

    /// <summary>What was measured: <c>seconds</c> for kernels, else such as <c>ttft_seconds</c>.</summary>
    public required string Metric { get; init; }

    /// <summary>The measured value in SI units; meaningless where the row is skipped.</summary>
    public double Measured { get; init; }

    /// <summary>Further distinction inside the table, such as <c>decode</c>, a collective's name, or the format of the cache; empty where there is none.</summary>
    public string Variant { get; init; } = string.Empty;

    /// <summary>What a cross-validation keeps together, such as <c>n=4096,k=4096</c>.</summary>
    public string Group { get; init; } = string.Empty;

    /// <summary>What to price; null where the row is skipped.</summary>
    public MeasuredWork? Work { get; init; }

    /// <summary>Why the row is not priced; null where it is.</summary>
    public string? Skipped { get; init; }

    /// <summary>Why the measurement is known to be faulty: it is priced and reported, but apart from the errors. Null for a sound row.</summary>
    public string? Faulty { get; init; }

    /// <summary>What columns that the source left blank were assumed to be, such as <c>schedule = 1f1b</c>.</summary>
    public ImmutableArray<string> Assumed { get; init; } = [];
}
