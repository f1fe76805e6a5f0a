using System.Numerics;

namespace LlmSim.Model.Parallelism;

/// <summary>How the experts of a stage are cut over its tensor x context x data ranks.</summary>
/// <remarks>
/// Expert parallelism uses the tensor ranks first and then the context and data ranks; what it leaves of the tensor degree splits each expert's
/// matrices. With TP 8: EP 1 splits every expert eight ways, EP 2 holds half of the experts split four ways, EP 8 holds an eighth of them whole
/// (tp x dp = moe_tp x moe_ep, as vLLM, SGLang and TensorRT-LLM deploy it).
/// </remarks>
public static class ExpertSplit
{
    /// <summary>Devices over which each expert's matrices are split.</summary>
    public static int TensorDegree(ParallelLayout layout) => layout.Tensor / (int)BigInteger.GreatestCommonDivisor(layout.Tensor, layout.Expert);

    /// <summary>Ranks of a stage that hold the same expert shard; at least one.</summary>
    public static int Copies(ParallelLayout layout) =>
        Math.Max(1, layout.Tensor * layout.Context * layout.Data / (layout.Expert * TensorDegree(layout)));
}
