namespace LlmSim.Model.Operators;

/// <summary>How a framework runs a graph.</summary>
public enum ExecutionMode
{
    /// <summary>Every operator is a kernel of its own, launched by the host.</summary>
    Eager,

    /// <summary>Fused kernels, launched by the host.</summary>
    Compiled,

    /// <summary>Fused kernels, launched together as one captured graph.</summary>
    CudaGraph,
}
