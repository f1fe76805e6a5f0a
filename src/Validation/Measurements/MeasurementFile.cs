using System.Collections.Immutable;

namespace LlmSim.Validation.Measurements;

/// <summary>What a file of measurements holds.</summary>
/// <param name="Path">Path as given.</param>
/// <param name="Kind">Name of the reader that knew it; null for an unknown table.</param>
/// <param name="Rows">Every measured number in order of the file, the skipped ones too.</param>
/// <param name="Problems">What is wrong with it, in order of the lines.</param>
public sealed record MeasurementFile(string Path, string? Kind, ImmutableArray<MeasuredRow> Rows, ImmutableArray<RowProblem> Problems);
