using System.Collections.Immutable;

namespace LlmSim.Validation.Measurements;

/// <summary>How a file of measurements is written.</summary>
public enum TableFormat
{
    /// <summary>Comma-separated values under a header.</summary>
    Csv,

    /// <summary>One JSON object.</summary>
    Json,

    /// <summary>One JSON object a line.</summary>
    JsonLines,
}

/// <summary>By what a kind of table is recognised.</summary>
/// <param name="Path">Path of the file.</param>
/// <param name="Format">How it is written.</param>
/// <param name="Columns">The header's columns; for JSON the keys of the object, for JSON lines those of the first one.</param>
public sealed record TableHead(string Path, TableFormat Format, ImmutableArray<string> Columns)
{
    /// <summary>Whether there is a column of this name; case is as written.</summary>
    public bool Has(string column) => Columns.Contains(column, StringComparer.Ordinal);
}
