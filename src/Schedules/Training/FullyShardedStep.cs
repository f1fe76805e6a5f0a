using System.Collections.Immutable;
using LlmSim.Model.Architecture;
using LlmSim.Model.Collectives;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;
using LlmSim.Model.Memory;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Training;

/// <summary>What fully sharded data parallelism (ZeRO-3, FSDP) adds to each pass: layers are gathered ahead of their work, gradients scattered behind it.</summary>
/// <remarks>
/// In a forward pass the gather of the next layer runs beside the work of this one, so that max(0, gather - work) of each layer shows. In a backward pass the
/// gather of the next layer and the scatter of the last share the links: max(0, gather + scatter - work). Nothing hides the first gather of a pass and its last
/// scatter (Zhao 2023, arXiv 2304.11277, sections 3.2 and 3.3). A pipeline keeps what it gathered
/// for all micro-batches of a step and scatters once, as its stages would otherwise gather for each of them.
/// </remarks>
public static class FullyShardedStep
{
    /// <summary>The chunks of a fully sharded job with their waits in the network part; of any other job as they are.</summary>
    public static ImmutableArray<ChunkCost> WithWaits(TrainJob job, CostModel model, ImmutableArray<ChunkCost> chunks)
    {
        if (job.Layout.ZeroStage < 3)
        {
            return chunks;
        }

        StageLayers stages = job.Stages;
        return [.. chunks.Select((chunk, index) => WithWaits(job, model, chunk, index, stages))];
    }

    private static ChunkCost WithWaits(TrainJob job, CostModel model, in ChunkCost chunk, int index, StageLayers stages)
    {
        int layers = stages.ByChunk[index];
        int first = stages.FirstLayer(index);
        (ShardedParameters held, ShardedParameters trained, double reached) = Layers(job, first, layers);
        Exchange layer = Exchange.Of(job, model, held, trained, job.Parts.Adapters is { Dequantises: true } ? new Bytes(LoraAdapters.Nf4Bytes) : NumberFormat.Bf16.Size());
        (ShardedParameters ends16, ShardedParameters trainedEnds) = Ends(job, index == 0, index == stages.ByChunk.Length - 1);
        Exchange end = Exchange.Of(job, model, ends16, trainedEnds, NumberFormat.Bf16.Size());
        double scatters = job.ScattersEachMicroBatch ? 1 : 0;
        Seconds scatter = layer.Scatter * scatters;
        Seconds gathered = job.Reshards ? layer.Gather : layer.Gather / job.MicroBatches;
        Seconds again = job.Reshards ? layer.Gather * reached : Seconds.Zero;
        Seconds ends = job.Reshards ? end.Gather : end.Gather / job.MicroBatches;
        Seconds forward = Shown(job, gathered, chunk.Forward.Total, layers) + ends + First(job, gathered);
        Seconds backward = Shown(job, again + scatter, chunk.BackwardInput.Total + chunk.BackwardWeight.Total, layers) + (end.Scatter * scatters) + First(job, scatter);
        return chunk.Waiting(forward, backward);
    }

    /// <summary>What shows of an exchange beside each of several layers that take a time together.</summary>
    private static Seconds Shown(TrainJob job, Seconds exchange, Seconds work, int layers) =>
        job.OverlapData ? GradientSync.Beside(job, exchange * layers, work) : exchange * layers;

    private static Seconds First(TrainJob job, Seconds exchange) => job.OverlapData ? exchange : Seconds.Zero;

    /// <summary>Parameters of the mean layer as it is gathered and as its gradients are scattered, and the share of layers that have a backward pass.</summary>
    private static (ShardedParameters Held, ShardedParameters Trained, double Reached) Layers(TrainJob job, int first, int layers)
    {
        double count = Math.Max(1, layers);
        (ShardedParameters held, ShardedParameters trained, int reached) = (default, default, 0);
        for (int layer = first; layer < first + layers; layer++)
        {
            held += ParameterSharding.OfLayer(job.Architecture, job.Architecture.Layers[layer], job.Layout);
            trained += TrainedSharding.OfLayer(job.Architecture, layer, job.Layout, job.Parts);
            reached += TrainedLayer.Of(job, layer).HasBackward ? 1 : 0;
        }

        return (Mean(held), Mean(trained), reached / count);

        ShardedParameters Mean(in ShardedParameters sum) => new(0, 0, sum.Replicated / count, sum.Experts / count);
    }

    /// <summary>Embedding and head, each a unit of its own: as they are gathered, and as their gradients are scattered.</summary>
    private static (ShardedParameters Held, ShardedParameters Trained) Ends(TrainJob job, bool isFirst, bool isLast)
    {
        double table = (double)job.Architecture.VocabularySize * job.Architecture.HiddenSize / job.Layout.Tensor;
        var held = new ShardedParameters(isFirst ? table : 0, isLast && !(job.Architecture.TiedEmbeddings && isFirst) ? table : 0, 0, 0);
        return (held, new(job.Parts.TrainsEmbedding ? held.Embedding : 0, job.Parts.TrainsHead(job.Architecture) ? held.Head : 0, 0, 0));
    }

    /// <summary>Times of the exchanges of one unit.</summary>
    private readonly record struct Exchange(Seconds Gather, Seconds Scatter)
    {
        public static Exchange Of(TrainJob job, CostModel model, in ShardedParameters held, in ShardedParameters trained, Bytes weight) => new(
            GradientSync.Time(model, CollectiveKind.AllGather, weight, held.Replicated, held.Experts),
            GradientSync.Time(model, CollectiveKind.ReduceScatter, job.EffectiveGradientFormat.Size(), trained.Replicated, trained.Experts));
    }
}
