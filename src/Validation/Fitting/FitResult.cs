using System.Collections.Immutable;
using LlmSim.Model.Calibration;

namespace LlmSim.Validation.Fitting;

/// <summary>What a fit found.</summary>
public sealed record FitResult<T>
    where T : IConstants<T>
{
    /// <summary>The constants and how sure they are.</summary>
    public required Calibrated<T> Row { get; init; }

    /// <summary>Constants that the rows cannot tell; a fit with any of these should be refused.</summary>
    public required ImmutableArray<string> Unknown { get; init; }

    /// <summary>Constants that ended at an end of their physical range.</summary>
    public required ImmutableArray<string> AtBound { get; init; }

    /// <summary>Predicted over measured of each row by the fit of the other folds.</summary>
    public required ImmutableArray<double> CrossValidated { get; init; }

    /// <summary>Mean absolute error on the fold left out, by the share of the other groups that were read.</summary>
    public required ImmutableArray<LearningPoint> LearningCurve { get; init; }
}

/// <summary>One point of a learning curve.</summary>
/// <param name="Groups">Groups that were read.</param>
/// <param name="MeanError">Mean absolute error on the groups left out, a fraction.</param>
public readonly record struct LearningPoint(int Groups, double MeanError);
