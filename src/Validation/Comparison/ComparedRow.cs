using LlmSim.Validation.Measurements;

namespace LlmSim.Validation.Comparison;

/// <summary>A measured row and what the simulator says about it.</summary>
/// <param name="Row">The row.</param>
/// <param name="Prediction">The prediction; without a value where the row is skipped.</param>
public sealed record ComparedRow(MeasuredRow Row, Prediction Prediction)
{
    /// <summary>Why the row has no error; null where it has one.</summary>
    public string? Skipped => Row.Skipped ?? Prediction.Refused;

    /// <summary>Whether the row has a prediction that counts in the errors.</summary>
    public bool Counts => Skipped is null && Row.Faulty is null;

    /// <summary>|predicted/measured − 1|.</summary>
    public double AbsoluteError => Math.Abs((Prediction.Value / Row.Measured) - 1);
}
