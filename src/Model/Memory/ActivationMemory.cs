using LlmSim.Model.Architecture;
using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;

namespace LlmSim.Model.Memory;

/// <summary>Activations that a layer keeps from its forward pass for its backward pass, on one device and for one micro-batch.</summary>
/// <remarks>
/// Korthikanti 2022, section 4, tensor by tensor, so that grouped heads, gates, experts and fused attention follow from the same list. The classic
/// layer (multi-head, unfused, dropout, GeLU of 4h) gives its table 2: sbh(34 + 5as/h) alone, sbh(10 + 24/t + 5as/(ht)) under tensor parallelism,
/// sbh(34 + 5as/h)/t with sequence parallelism, without the 5as/h under selective and 2 sbh under full recomputation.
/// </remarks>
public static class ActivationMemory
{
    private const double MaskBytes = 1;
    private const double StatisticBytes = 4;

    /// <summary>Tokens between stored states of a chunked recurrence: 64 in the public kernels of the gated delta rule (assumed for all).</summary>
    private const double StateChunk = 64;

    /// <summary>What one layer keeps between forward and backward.</summary>
    public static Bytes OfLayer(TransformerArchitecture architecture, LayerSpec layer, ActivationShape shape) => shape.Recompute switch
    {
        _ when shape.Trained == LayerTraining.ForwardOnly => Bytes.Zero,
        RecomputeMode.Full => LayerInput(architecture, shape),
        RecomputeMode.Selective => Kept(architecture, layer, shape),
        _ => Kept(architecture, layer, shape) + AttentionCore(layer.Mixer, shape),
    };

    /// <summary>What recomputation brings back while one layer runs backward, beyond what is kept: a transient.</summary>
    public static Bytes Recomputed(TransformerArchitecture architecture, LayerSpec layer, ActivationShape shape) =>
        OfLayer(architecture, layer, shape with { Recompute = RecomputeMode.None, Operators = RecomputedOperators.None }) - OfLayer(architecture, layer, shape);

    /// <summary>The input of a layer: 2 sbh, split over tensor ranks under sequence parallelism.</summary>
    public static Bytes LayerInput(TransformerArchitecture architecture, ActivationShape shape) =>
        shape.Format.Size() * (shape.Tokens * architecture.HiddenSize / shape.SequenceSplit);

    /// <summary>
    /// Scores that unfused attention keeps and selective recomputation drops: softmax output, and with dropout its mask and output (5 as²b/t).
    /// </summary>
    public static Bytes AttentionCore(SequenceMixer mixer, ActivationShape shape)
    {
        int heads = mixer switch
        {
            AttentionSpec attention => attention.Heads,
            LatentAttentionSpec latent => latent.Heads,
            _ => 0,
        };
        if (shape.Attention == AttentionImplementation.Flash || heads == 0)
        {
            return Bytes.Zero;
        }

        double element = shape.Format.BytesPerElement();
        double perScore = element + (shape.Dropout ? element + MaskBytes : 0);
        return new Bytes(perScore * shape.Tokens * shape.Sequence * heads / shape.Layout.Tensor);
    }

    /// <summary>Everything but the scores.</summary>
    private static Bytes Kept(TransformerArchitecture architecture, LayerSpec layer, ActivationShape shape)
    {
        double element = shape.Format.BytesPerElement();
        double hidden = architecture.HiddenSize;
        int sublayers = layer.FeedForward is null ? 1 : 2;
        int inputs = layer.ParallelResidual ? 1 : sublayers;
        double norms = shape.InputFormat.BytesPerElement() * hidden * Math.Max(layer.Norms, 1);
        double sublayerInputs = element * hidden * inputs;
        double masks = shape.Dropout ? MaskBytes * hidden * sublayers : 0;
        double between = (norms + sublayerInputs + masks) / shape.SequenceSplit;
        double inside = Mixer(layer.Mixer, shape) + FeedForward(layer.FeedForward, hidden, shape);
        inside += element * LowRankFactors.Of(layer, hidden).Length * (layer.LowRank?.Rank ?? 0);
        return new Bytes(shape.Tokens * (between + inside)) - FrozenActivations.NotKept(layer, hidden, shape) - DroppedActivations.NotKept(architecture, layer, shape);
    }

    /// <summary>Bytes per token inside the tensor-parallel region of the mixer.</summary>
    private static double Mixer(SequenceMixer mixer, ActivationShape shape)
    {
        double element = shape.Format.BytesPerElement();
        int tensor = shape.Layout.Tensor;
        bool fused = shape.Attention == AttentionImplementation.Flash;
        switch (mixer)
        {
            case AttentionSpec a:
                double queries = (double)a.Heads * a.HeadSize / tensor;
                double keysAndValues = 2 * ParameterSharding.KvHeadsPerRank(a.KvHeads, tensor) * a.HeadSize;
                double extra = (a.QkNorm == QkNorm.None ? 0 : queries + (keysAndValues / 2)) + (a.OutputGate ? 2 * queries : 0);
                return (element * ((2 * queries) + keysAndValues + extra)) + (fused ? StatisticBytes * a.Heads / tensor : 0);
            case LatentAttentionSpec m:
                double ranks = m.QueryRank + m.KvRank;
                double latents = (element * (ranks + (2d * m.RopeHeadSize))) + (shape.InputFormat.BytesPerElement() * ranks);
                double widths = (2d * (m.NopeHeadSize + m.RopeHeadSize)) + (2d * m.ValueHeadSize);
                return (latents / shape.SequenceSplit) + (element * m.Heads * widths / tensor) + (fused ? StatisticBytes * m.Heads / tensor : 0);
            case StateSpaceSpec r:
                // Before and after the convolution; gate, result and normed result; one fp32 state per chunk.
                double values = (double)r.ValueHeads * r.ValueHeadSize;
                double states = StatisticBytes * values * r.KeyHeadSize / StateChunk;
                return ((element * ((2d * r.ConvolutionChannels) + (3 * values))) + states) / tensor;
            default:
                throw new NotSupportedException($"no activation count for {mixer.GetType().Name}");
        }
    }

    /// <summary>Bytes per token inside the tensor-parallel region of the feed-forward part.</summary>
    private static double FeedForward(FeedForwardSpec? feedForward, double hidden, ActivationShape shape)
    {
        double element = shape.InputFormat.BytesPerElement();
        int tensor = shape.Layout.Tensor;
        switch (feedForward)
        {
            case null:
                return 0;
            case DenseFeedForward dense:
                return element * Inner(dense.Gated) * dense.IntermediateSize / tensor;
            case MoeFeedForward moe:
                int split = ExpertSplit.TensorDegree(shape.Layout);
                double routed = element * shape.ExpertRows(moe) * (((shape.KeepsExpertResults ? 2 : 1) * hidden) + ((double)Inner(moe.Gated) * moe.ExpertIntermediateSize / split));
                double shared = element * Inner(moe.Gated) * moe.SharedIntermediateSize / tensor;
                double router = StatisticBytes * moe.Experts / shape.SequenceSplit;
                return routed + shared + router;
            default:
                throw new NotSupportedException($"no activation count for {feedForward.GetType().Name}");
        }
    }

    /// <summary>Tensors of the inner width: gate, up and product, or the input and output of one activation function.</summary>
    private static int Inner(bool gated) => gated ? 3 : 2;
}
