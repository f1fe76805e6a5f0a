using System.Collections.Immutable;

namespace LlmSim.Model.Calibration;

/// <summary>How constants were found and how sure they are.</summary>
public sealed record FitRecord
{
    /// <summary>Tables whose rows were read.</summary>
    public required ImmutableArray<string> Tables { get; init; }

    /// <summary>Rows that were read.</summary>
    public required int Rows { get; init; }

    /// <summary>Groups of rows (shapes, models) that folds kept together.</summary>
    public required int Groups { get; init; }

    /// <summary>Standard error of each constant relative to its value, by the table's order; zero for one that was held.</summary>
    public required ImmutableArray<double> RelativeErrors { get; init; }

    /// <summary>Correlation of the constants' logarithms, by the table's order, row by row.</summary>
    public required ImmutableArray<double> Correlation { get; init; }

    /// <summary>Bands of the cross-validated residuals.</summary>
    public required ResidualSpread Spread { get; init; }

    /// <summary>Mean absolute error of the cross-validation, a fraction.</summary>
    public required double MeanError { get; init; }

    /// <summary>Median absolute error of the cross-validation, a fraction.</summary>
    public required double MedianError { get; init; }
}
