using System.Collections.Immutable;
using LlmSim.Model.Memory;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Training;

/// <summary>Activations that go to host memory behind the forward pass and come back ahead of the backward one.</summary>
/// <remarks>Rhu 2016 (vDNN, arXiv 1602.08124), section 3: each copy runs beside the work of the next layer, so that a pass takes the longer of its work and its copies.</remarks>
internal static class ActivationOffload
{
    /// <summary>The chunks with what their copies take longer than their work.</summary>
    public static ImmutableArray<ChunkCost> WithWaits(TrainJob job, ImmutableArray<ChunkCost> chunks)
    {
        TrainMemoryInput kept = job.MemoryInput with { ActivationOffload = 0 };
        StageLayers stages = job.Stages;
        return [.. chunks.Select((chunk, i) => WithWaits(job, kept, chunk, stages.FirstLayer(i), stages.ByChunk[i]))];
    }

    private static ChunkCost WithWaits(TrainJob job, TrainMemoryInput kept, in ChunkCost chunk, int first, int layers)
    {
        Bytes activations = Enumerable.Range(first, layers).Aggregate(Bytes.Zero, (sum, layer) => sum + TrainMemory.ActivationsOf(kept, layer));
        Seconds copy = HostTransfer.Time(job.Cluster.Accelerator, activations * job.ActivationOffload);
        return chunk.Waiting(
            Seconds.Max(Seconds.Zero, copy - chunk.Forward.Total),
            Seconds.Max(Seconds.Zero, copy - (chunk.BackwardInput.Total + chunk.BackwardWeight.Total)));
    }
}
