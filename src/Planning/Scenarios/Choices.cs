namespace LlmSim.Planning.Scenarios;

/// <summary>Which activations the backward pass computes again.</summary>
public enum RecomputeChoice
{
    /// <summary>None.</summary>
    None,

    /// <summary>Those of the attention core.</summary>
    Selective,

    /// <summary>All but the input of each layer.</summary>
    Full,
}

/// <summary>Whether attention scores are written to memory.</summary>
public enum AttentionChoice
{
    /// <summary>Fused: they are not.</summary>
    Flash,

    /// <summary>Separate kernels: they are.</summary>
    Unfused,
}

/// <summary>How kernels are launched.</summary>
public enum ExecutionChoice
{
    /// <summary>One operator at a time.</summary>
    Eager,

    /// <summary>Pointwise operators fused by a compiler.</summary>
    Compiled,

    /// <summary>Compiled, and replayed as one graph without launches by the host.</summary>
    CudaGraph,
}

/// <summary>The optimizer, which decides the state kept for each parameter.</summary>
public enum OptimizerChoice
{
    /// <summary>Two moments.</summary>
    Adam,

    /// <summary>Two moments, weight decay apart.</summary>
    AdamW,

    /// <summary>No state.</summary>
    Sgd,

    /// <summary>Row and column sums in place of the second moment.</summary>
    Adafactor,
}

/// <summary>How the FLOPs of a step are counted when utilization is reported.</summary>
public enum FlopsConventionChoice
{
    /// <summary>Attention counted in full, as Megatron's papers do.</summary>
    FullAttention,

    /// <summary>Attention counted once for each pair that the causal mask lets through.</summary>
    CausalAttention,

    /// <summary>Six FLOPs for each parameter and token, no attention.</summary>
    SixN,
}
