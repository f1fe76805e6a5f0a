namespace LlmSim.Validation.Comparison;

/// <summary>What the simulator says about a measured row, in the metric's SI unit.</summary>
/// <param name="Value">The predicted value; not a number where it refused.</param>
/// <param name="Low">Lower end of the 90 % error band.</param>
/// <param name="High">Upper end of the 90 % error band.</param>
/// <param name="Refused">Why it gives no value, such as a layout that does not fit; null where it does.</param>
public readonly record struct Prediction(double Value, double Low, double High, string? Refused = null)
{
    /// <summary>No value, and why.</summary>
    public static Prediction Refuse(string reason) => new(double.NaN, double.NaN, double.NaN, reason);
}
