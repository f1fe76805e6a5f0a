using LlmSim.Model.Architecture;
using LlmSim.Model.Parallelism;

namespace LlmSim.Model.Memory;

/// <summary>Counts the parameters that a device holds under tensor, expert and pipeline parallelism.</summary>
/// <remarks>
/// Column-parallel matrices split their outputs, row-parallel ones their inputs (Shoeybi 2019, section 3): biases of the former split, of the latter
/// are replicated, as are norms, routers and the down-projections of latent attention. KV heads fewer than tensor ranks are replicated.
/// </remarks>
public static class ParameterSharding
{
    /// <summary>Parameters of one device of a stage.</summary>
    public static ShardedParameters OnStage(TransformerArchitecture architecture, ParallelLayout layout, StageLayers stages, int stage)
    {
        ShardedParameters sum = Ends(architecture, layout.Tensor, isFirst: stages.Holds(stage, 0), isLast: stages.Holds(stage, stages.ByChunk.Length - 1));
        foreach (int index in stages.LayersOn(stage))
        {
            sum += OfLayer(architecture, architecture.Layers[index], layout);
        }

        return sum;
    }

    /// <summary>Parameters of one device in one chunk of layers, by its position in the order of the forward pass.</summary>
    public static ShardedParameters OnChunk(TransformerArchitecture architecture, ParallelLayout layout, StageLayers stages, int position)
    {
        ShardedParameters sum = Ends(architecture, layout.Tensor, isFirst: position == 0, isLast: position == stages.ByChunk.Length - 1);
        int first = stages.FirstLayer(position);
        for (int index = first; index < first + stages.ByChunk[position]; index++)
        {
            sum += OfLayer(architecture, architecture.Layers[index], layout);
        }

        return sum;
    }

    /// <summary>Parameters of the whole model on one device.</summary>
    public static double Whole(TransformerArchitecture architecture) =>
        OnStage(architecture, ParallelLayout.Single, StageLayers.Split(architecture.Layers.Length, 1), 0).Total;

    /// <summary>Parameters of one device in one layer.</summary>
    public static ShardedParameters OfLayer(TransformerArchitecture architecture, LayerSpec layer, ParallelLayout layout)
    {
        int hidden = architecture.HiddenSize;
        double dense = (layer.Norms * Norm(architecture.Norm, hidden)) + MixerSharding.Parameters(layer.Mixer, hidden, layout.Tensor)
            + LowRankFactors.Added(layer, hidden, layout.Tensor);
        return layer.FeedForward switch
        {
            null => new ShardedParameters(0, 0, dense, 0),
            DenseFeedForward plain => new ShardedParameters(0, 0, dense + Plain(plain, hidden, layout.Tensor), 0),
            MoeFeedForward moe => new ShardedParameters(0, 0, dense + Shared(moe, hidden, layout.Tensor), Experts(moe, hidden, layout)),
            _ => throw new NotSupportedException($"no parameter count for {layer.FeedForward.GetType().Name}"),
        };
    }

    /// <summary>
    /// Heads of keys and values that one of <paramref name="tensor"/> ranks holds; at least one, so that more ranks than heads hold copies.
    /// </summary>
    public static double KvHeadsPerRank(int kvHeads, int tensor) => tensor >= kvHeads ? 1 : (double)kvHeads / tensor;

    private static ShardedParameters Ends(TransformerArchitecture architecture, int tensor, bool isFirst, bool isLast)
    {
        double hidden = architecture.HiddenSize;
        double table = Math.Ceiling((double)architecture.VocabularySize / tensor) * hidden;
        double embedding = isFirst ? table + (architecture.LearnedPositions * hidden) + architecture.ExtraParameters : 0;
        bool headIsShared = architecture.TiedEmbeddings && isFirst;
        double head = isLast && !headIsShared ? table : 0;
        return new ShardedParameters(embedding, head, isLast ? Norm(architecture.Norm, architecture.HiddenSize) : 0, 0);
    }

    private static double Norm(NormKind kind, int width) => kind switch
    {
        NormKind.Rms or NormKind.LayerWithoutBias => width,
        NormKind.Layer => 2d * width,
        _ => 0,
    };

    private static double Plain(DenseFeedForward spec, double hidden, int tensor)
    {
        double columns = (spec.Gated ? 2d : 1) * spec.IntermediateSize;
        double weights = hidden * (columns + spec.IntermediateSize) / tensor;
        return weights + (spec.Bias ? (columns / tensor) + hidden : 0);
    }

    private static double Shared(MoeFeedForward spec, double hidden, int tensor)
    {
        double shared = (spec.Gated ? 3d : 2) * hidden * spec.SharedIntermediateSize / tensor;
        double router = (hidden * spec.Experts) + (spec.RouterBias ? spec.Experts : 0);
        return shared + router + (spec.SharedGate ? hidden : 0);
    }

    private static double Experts(MoeFeedForward spec, double hidden, ParallelLayout layout)
    {
        int split = ExpertSplit.TensorDegree(layout);
        double columns = (spec.Gated ? 2d : 1) * spec.ExpertIntermediateSize;
        double weights = hidden * (columns + spec.ExpertIntermediateSize) / split;
        double bias = spec.ExpertBias ? (columns / split) + hidden : 0;
        return (double)spec.Experts / layout.Expert * (weights + bias);
    }
}
