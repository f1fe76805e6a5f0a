using System.Collections.Immutable;
using LlmSim.Model.Calibration;
using LlmSim.Model.Cost;

namespace LlmSim.Validation.Fitting;

/// <summary>What became of one row of constants.</summary>
/// <param name="Path">Family and key, such as <c>gemm.bf16</c>.</param>
/// <param name="Record">How the constants were found; null where the fit was refused.</param>
/// <param name="AtBound">Constants that ended at an end of their physical range.</param>
/// <param name="LearningCurve">Error on groups left out by the number of groups read.</param>
/// <param name="Refused">Why the row was not replaced; null where it was.</param>
public sealed record FittedRow(
    string Path, FitRecord? Record, ImmutableArray<string> AtBound, ImmutableArray<LearningPoint> LearningCurve, string? Refused);

/// <summary>An efficiency with the rows that measurements could tell.</summary>
/// <param name="Efficiency">The efficiency.</param>
/// <param name="Rows">What became of each row, in the order of families.</param>
/// <param name="Unused">Measured rows that no fit read, by reason.</param>
public sealed record EfficiencyFitResult(Efficiency Efficiency, ImmutableArray<FittedRow> Rows, ImmutableSortedDictionary<string, int> Unused);
