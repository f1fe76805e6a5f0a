using LlmSim.Model.Architecture;
using LlmSim.Model.Hardware;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;

namespace LlmSim.Model.Memory;

/// <summary>What a layer need not keep because single operators run again in its backward pass: their results.</summary>
/// <remarks>DeepSeek-AI 2024 (arXiv 2412.19437), section 3.2.3: norms and up-projections of latent attention; section 3.3.3: the output of SwiGLU.</remarks>
internal static class DroppedActivations
{
    /// <summary>Results of the operators that run again.</summary>
    public static Bytes NotKept(TransformerArchitecture architecture, LayerSpec layer, ActivationShape shape)
    {
        double element = shape.Format.BytesPerElement();
        double input = shape.InputFormat.BytesPerElement();
        double perToken = 0;
        if (shape.Operators.HasFlag(RecomputedOperators.Norms))
        {
            double onStream = (double)architecture.HiddenSize * Math.Max(layer.Norms, 1);
            double inside = layer.Mixer is LatentAttentionSpec latent ? latent.QueryRank + latent.KvRank : 0;
            perToken += input * (onStream + inside) / shape.SequenceSplit;
        }

        if (shape.Operators.HasFlag(RecomputedOperators.UpProjections) && layer.Mixer is LatentAttentionSpec mixer)
        {
            double widths = (2d * (mixer.NopeHeadSize + mixer.RopeHeadSize)) + mixer.ValueHeadSize;
            perToken += element * mixer.Heads * widths / shape.Layout.Tensor;
        }

        if (shape.Operators.HasFlag(RecomputedOperators.Activations))
        {
            perToken += input * Activated(layer.FeedForward, shape);
        }

        return new Bytes(shape.Tokens * perToken);
    }

    /// <summary>Elements per token that activation functions write.</summary>
    private static double Activated(FeedForwardSpec? feedForward, ActivationShape shape) => feedForward switch
    {
        DenseFeedForward dense => (double)dense.IntermediateSize / shape.Layout.Tensor,
        MoeFeedForward moe => (shape.ExpertRows(moe) * moe.ExpertIntermediateSize / ExpertSplit.TensorDegree(shape.Layout))
            + ((double)moe.SharedIntermediateSize / shape.Layout.Tensor),
        _ => 0,
    };
}
