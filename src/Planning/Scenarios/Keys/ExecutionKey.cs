using LlmSim.Model.Operators;

namespace LlmSim.Planning.Scenarios.Keys;

/// <summary>The one key that training and serving share.</summary>
internal static class ExecutionKey
{
    private static readonly ValueShape<ExecutionMode> Shape =
        Shapes.Words(("eager", ExecutionMode.Eager), ("compiled", ExecutionMode.Compiled), ("cuda-graph", ExecutionMode.CudaGraph));

    private const string Doc = "How kernels are launched: one operator at a time, fused by a compiler, or replayed as one graph.";

    /// <summary>In training, where eager execution is the common case.</summary>
    public static readonly ScenarioKey<ExecutionMode> Execution = Key.Default("execution", Shape, "eager", Doc);

    /// <summary>In serving, where engines replay graphs.</summary>
    public static readonly ScenarioKey<ExecutionMode> ServingExecution = Key.Default("execution", Shape, "cuda-graph", Doc);
}
