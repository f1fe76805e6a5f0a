using LlmSim.Model.Architecture;
using LlmSim.Model.Parallelism;

namespace LlmSim.Model.Memory;

/// <summary>Counts the parameters of a device that a step trains: those with gradients and optimizer state.</summary>
public static class TrainedSharding
{
    /// <summary>Trained parameters of one device of a stage, adapters in place of the matrices that they stand beside.</summary>
    public static ShardedParameters OnStage(TransformerArchitecture architecture, ParallelLayout layout, StageLayers stages, int stage, TrainedParts parts)
    {
        ShardedParameters whole = ParameterSharding.OnStage(architecture, layout, stages, stage);
        return parts.IsWhole ? whole : Trained(architecture, layout, whole, stages.Holds(stage, stages.ByChunk.Length - 1), stages.LayersOn(stage), parts);
    }

    /// <summary>Trained parameters of one device in the chunk at a position of the forward pass.</summary>
    public static ShardedParameters OnChunk(TransformerArchitecture architecture, ParallelLayout layout, StageLayers stages, int position, TrainedParts parts)
    {
        ShardedParameters whole = ParameterSharding.OnChunk(architecture, layout, stages, position);
        IEnumerable<int> layers = Enumerable.Range(stages.FirstLayer(position), stages.ByChunk[position]);
        return parts.IsWhole ? whole : Trained(architecture, layout, whole, position == stages.ByChunk.Length - 1, layers, parts);
    }

    /// <summary>Trained parameters of one device in one layer.</summary>
    public static ShardedParameters OfLayer(TransformerArchitecture architecture, int layer, ParallelLayout layout, TrainedParts parts) => parts.OfLayer(layer) switch
    {
        LayerTraining.Whole => ParameterSharding.OfLayer(architecture, architecture.Layers[layer], layout),
        LayerTraining.Adapters => new(0, 0, Adapters(architecture, layer, layout, parts), 0),
        _ => default,
    };

    /// <summary>Parameters of the adapters that one device holds on a stage.</summary>
    public static double AdaptersOnStage(TransformerArchitecture architecture, ParallelLayout layout, StageLayers stages, int stage, TrainedParts parts) =>
        stages.LayersOn(stage).Sum(layer => Adapters(architecture, layer, layout, parts));

    /// <summary>Trained parameters of the whole model.</summary>
    public static double Whole(TransformerArchitecture architecture, TrainedParts parts) =>
        OnStage(architecture, ParallelLayout.Single, StageLayers.Split(architecture.Layers.Length, 1), 0, parts).Total;

    private static double Adapters(TransformerArchitecture architecture, int layer, ParallelLayout layout, TrainedParts parts) =>
        parts.OfLayer(layer) != LayerTraining.Adapters ? 0 : AdapterSite
            .Of(architecture.Layers[layer], architecture.HiddenSize, parts.Adapters!.Targets)
            .Sum(site => site.Parameters(parts.Adapters.Rank, layout.Tensor));

    /// <summary>Layers, embedding, head and final norm as far as they are trained; a copy of a tied embedding is trained with it.</summary>
    private static ShardedParameters Trained(
        TransformerArchitecture architecture, ParallelLayout layout, in ShardedParameters whole, bool isLast, IEnumerable<int> layers, TrainedParts parts)
    {
        double embedding = parts.TrainsEmbedding ? whole.Embedding : 0;
        double head = parts.TrainsHead(architecture) ? whole.Head : 0;
        double norm = isLast && parts.TrainsFinalNorm ? FinalNorm(architecture) : 0;
        return layers.Aggregate(new ShardedParameters(embedding, head, norm, 0), (sum, layer) => sum + OfLayer(architecture, layer, layout, parts));
    }

    private static double FinalNorm(TransformerArchitecture architecture) => architecture.Norm switch
    {
        NormKind.Rms or NormKind.LayerWithoutBias => architecture.HiddenSize,
        NormKind.Layer => 2d * architecture.HiddenSize,
        _ => 0,
    };
}
