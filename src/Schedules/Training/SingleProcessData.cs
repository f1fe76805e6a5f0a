using System.Collections.Immutable;
using LlmSim.Model.Collectives;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;
using LlmSim.Model.Memory;
using LlmSim.Model.Operators;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Training;

/// <summary>Data parallelism of one process: in each pass device 0 broadcasts the weights, gathers the outputs, computes the loss of all, scatters its gradient and sums the weights' gradients.</summary>
/// <remarks>
/// Li 2020 (arXiv 2006.15704), section 2.2, and the documentation of torch.nn.DataParallel: replicate, scatter, parallel_apply, gather in every forward pass. Nothing of it
/// overlaps with work. Threads of one interpreter take turns at launching forward kernels; the backward pass launches without it. Token ids, which are small,
/// are left out, and a sum to one device is taken to cost what its reverse, a broadcast, costs.
/// </remarks>
internal static class SingleProcessData
{
    /// <summary>The chunks with what device 0 does for all.</summary>
    public static ImmutableArray<ChunkCost> WithWaits(TrainJob job, CostModel model, ImmutableArray<ChunkCost> chunks)
    {
        ShardedParameters held = ParameterSharding.OnStage(job.Architecture, job.Layout, job.Stages, 0);
        ShardedParameters trained = TrainedSharding.OnStage(job.Architecture, job.Layout, job.Stages, 0, job.Parts);
        int ranks = job.Layout.Data;
        double logits = (double)job.MicroBatch * job.SequenceLength * job.Architecture.VocabularySize;
        Bytes outputs = new(job.GraphOptions.StreamBytes * logits * ranks);
        Seconds weights = model.Exchange(CollectiveKind.Broadcast, GroupKind.Data, job.MemoryInput.WeightFormat.Size() * held.Total).Total;
        Seconds gradients = model.Exchange(CollectiveKind.Broadcast, GroupKind.Data, job.EffectiveGradientFormat.Size() * trained.Total).Total;
        Seconds gathered = model.Exchange(CollectiveKind.AllGather, GroupKind.Data, outputs).Total;
        PassCost loss = new((Loss(job, model) * (ranks - 1)).Attributed());
        return [.. chunks.Select(chunk => (chunk with { Forward = chunk.Forward + loss }).Waiting(weights + gathered, gathered + gradients))];
    }

    private static OperatorCost Loss(TrainJob job, CostModel model)
    {
        BatchShape batch = BatchShape.Training(job.MicroBatch, job.SequenceLength, job.Architecture.Window);
        return model.Price(TransformerGraph.Head(job.Architecture, batch, job.GraphOptions, training: true)["loss"]);
    }
}
