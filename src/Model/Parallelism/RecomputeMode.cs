namespace LlmSim.Model.Parallelism;

/// <summary>Which activations the forward pass drops and the backward pass computes again.</summary>
public enum RecomputeMode
{
    /// <summary>Every activation is kept.</summary>
    None,

    /// <summary>
    /// The attention core (scores, softmax, dropout) is recomputed; with fused attention this changes nothing (Korthikanti 2022, section 5).
    /// </summary>
    Selective,

    /// <summary>Only the input of each layer is kept.</summary>
    Full,
}
