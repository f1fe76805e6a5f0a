using System.Collections.Immutable;
using LlmSim.Model.Calibration;

namespace LlmSim.Validation.Fitting;

/// <summary>Measured times and the model whose constants should explain them.</summary>
public sealed record FitProblem<T>
    where T : IConstants<T>
{
    /// <summary>Where the search starts. A constant that is zero here is a term that does not run, and stays zero.</summary>
    public required T Start { get; init; }

    /// <summary>Measured times in seconds, above zero.</summary>
    public required ImmutableArray<double> Measured { get; init; }

    /// <summary>For each of them what a cross-validation keeps together, such as the weights' shape.</summary>
    public required ImmutableArray<string> Groups { get; init; }

    /// <summary>For a set of constants, the predicted time in seconds of a measured row by its index. Must be safe to call from several threads.</summary>
    public required Func<T, Func<int, double>> Predict { get; init; }

    /// <summary>Keys of constants that keep their start value.</summary>
    public ImmutableSortedSet<string> Held { get; init; } = [];

    /// <summary>Tables that the rows come from.</summary>
    public ImmutableArray<string> Tables { get; init; } = [];
}
