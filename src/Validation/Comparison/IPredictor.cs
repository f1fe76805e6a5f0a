using LlmSim.Validation.Measurements;

namespace LlmSim.Validation.Comparison;

/// <summary>Prices one kind of measured work by the same calls as a run. Must be safe to call from several threads.</summary>
public interface IPredictor
{
    /// <summary>Whether it knows this kind of work.</summary>
    bool Knows(MeasuredWork work);

    /// <summary>The prediction for a row whose work it knows.</summary>
    Prediction Predict(MeasuredRow row);
}
