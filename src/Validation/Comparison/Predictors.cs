using System.Collections.Immutable;
using LlmSim.Model.Cost;
using LlmSim.Validation.Measurements;

namespace LlmSim.Validation.Comparison;

/// <summary>The predictors of all kinds of measured work.</summary>
public static class Predictors
{
    /// <summary>Draws from which the band of a whole run is taken: half as many as <c>run</c> has, since a table holds hundreds of runs.</summary>
    internal const int Draws = 16;

    /// <summary>A predictor of each kind; a new kind is one line here.</summary>
    /// <param name="efficiency">Prices the work of every device; null for each device's own from the catalog.</param>
    public static ImmutableArray<IPredictor> All(Efficiency? efficiency) =>
    [
        new KernelPredictor(efficiency),
        new TrainPredictor(efficiency),
        new ServePredictor(efficiency),
    ];
}
