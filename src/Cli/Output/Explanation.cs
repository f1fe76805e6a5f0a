using System.Collections.Immutable;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Training;

namespace LlmSim.Cli.Output;

/// <summary>A prediction taken apart: its levels from the whole down to operators, and the formulas behind them.</summary>
/// <param name="Tables">The operators, named as JSON keys.</param>
/// <param name="Formulas">How the numbers were computed.</param>
/// <param name="Notes">Remarks on its assumptions.</param>
internal abstract record Explanation(ImmutableArray<(string Name, OperatorRows Rows)> Tables, ImmutableArray<FormulaText> Formulas, ImmutableArray<string> Notes)
{
    /// <summary>Kind of the question in answers.</summary>
    public abstract string Kind { get; }
}

/// <summary>A training step taken apart.</summary>
/// <param name="Result">The prediction.</param>
/// <param name="Tables">The operators of a micro-batch.</param>
/// <param name="Formulas">How the numbers were computed.</param>
/// <param name="Notes">Remarks on its assumptions.</param>
internal sealed record TrainExplanation(
    TrainResult Result, ImmutableArray<(string Name, OperatorRows Rows)> Tables, ImmutableArray<FormulaText> Formulas, ImmutableArray<string> Notes)
    : Explanation(Tables, Formulas, Notes)
{
    /// <inheritdoc/>
    public override string Kind => "train";
}

/// <summary>A serving run taken apart.</summary>
/// <param name="Prediction">The prediction.</param>
/// <param name="Tables">The operators of a prefill and of a decode iteration.</param>
/// <param name="Formulas">How the numbers were computed.</param>
/// <param name="Notes">Remarks on its assumptions.</param>
internal sealed record ServeExplanation(
    ServePrediction Prediction, ImmutableArray<(string Name, OperatorRows Rows)> Tables, ImmutableArray<FormulaText> Formulas, ImmutableArray<string> Notes)
    : Explanation(Tables, Formulas, Notes)
{
    /// <inheritdoc/>
    public override string Kind => "serve";
}
