namespace LlmSim.Model.Parallelism;

/// <summary>Single operators whose results the forward pass drops and the backward pass computes again (DeepSeek-V3 report, arXiv 2412.19437, section 3.2.3).</summary>
[Flags]
public enum RecomputedOperators
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Norms, on the residual stream and inside of attention.</summary>
    Norms = 1,

    /// <summary>Up-projections of latent attention to queries, keys and values.</summary>
    UpProjections = 2,

    /// <summary>Activation functions of feed-forward parts and experts, such as SwiGLU.</summary>
    Activations = 4,
}
