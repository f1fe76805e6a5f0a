namespace LlmSim.Model.Architecture;

/// <summary>Kind of a normalisation layer.</summary>
public enum NormKind
{
    /// <summary>Root mean square: one gain per channel.</summary>
    Rms,

    /// <summary>Layer norm with gain and bias.</summary>
    Layer,

    /// <summary>Layer norm without bias.</summary>
    LayerWithoutBias,

    /// <summary>A norm without parameters.</summary>
    NoParameters,
}
