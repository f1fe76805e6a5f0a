using LlmSim.Model.Collectives;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;
using LlmSim.Model.Memory;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Training;

/// <summary>The update of the parameters at the end of a step, wherever its state lies.</summary>
internal static class OptimizerUpdate
{
    /// <summary>A flag that all ranks of a model agree on.</summary>
    private const double FlagBytes = 4;

    /// <summary>Mean time of the update on one device, the check of scaled gradients before it included.</summary>
    /// <param name="job">The step.</param>
    /// <param name="model">Prices of the device.</param>
    /// <param name="trained">Parameters of the device that are trained.</param>
    /// <param name="work">Passes of one micro-batch on the device.</param>
    public static Seconds Time(TrainJob job, CostModel model, in ShardedParameters trained, in ChunkCost work)
    {
        Seconds update = job.OptimizerPlacement switch
        {
            OptimizerPlacement.Host or OptimizerPlacement.Nvme => HostOptimizer.Time(job, Local(job, trained), work),
            OptimizerPlacement.Paged => OnDevice(job, model, trained) + Paging(job),
            _ => OnDevice(job, model, trained),
        };
        update += Compression(job, model, trained);
        return job.LossScaling is { } scaling ? Check(job, model, trained) + (update * (1 - scaling.SkippedShare)) : update;
    }

    /// <summary>Parameters that one rank updates; ZeRO spreads them over data-parallel ranks.</summary>
    public static double Local(TrainJob job, in ShardedParameters parameters) => job.Layout.ZeroStage >= 1
        ? ((parameters.Replicated / job.Layout.StateShards) + (parameters.Experts / ExpertSplit.Copies(job.Layout))) / job.Stages.Copies
        : parameters.Total;

    /// <summary>An unfused Adam step streams each local parameter's state.</summary>
    private static Seconds OnDevice(TrainJob job, CostModel model, in ShardedParameters parameters) =>
        new Bytes(job.Efficiency.Training.Constants.OptimizerBytes * Local(job, parameters)) / Streaming(job, model);

    /// <summary>Gradients are read, divided by the scale and written in one pass that looks for infinities; all ranks of the model then agree whether to skip.</summary>
    private static Seconds Check(TrainJob job, CostModel model, in ShardedParameters trained)
    {
        Seconds pass = job.EffectiveGradientFormat.Size() * (2 * Local(job, trained)) / Streaming(job, model);
        return pass + model.Exchange(CollectiveKind.AllReduce, GroupKind.Tensor, new Bytes(FlagBytes)).Total
            + (model.StageHop(new Bytes(FlagBytes)).Total * (2 * (job.Layout.Pipeline - 1)));
    }

    /// <summary>Updated weights are compressed anew: read once, and written with their metadata for each pass that multiplies them.</summary>
    private static Seconds Compression(TrainJob job, CostModel model, in ShardedParameters trained)
    {
        NumberFormat weights = job.MemoryInput.WeightFormat;
        double copies = job.Sparsity == SparseWeights.Transposable ? 2 : 1;
        return job.Sparsity == SparseWeights.None
            ? Seconds.Zero
            : new Bytes((weights.BytesPerElement() + (copies * StructuredSparsity.Bytes(weights))) * trained.Dense) / Streaming(job, model);
    }

    private static Bandwidth Streaming(TrainJob job, CostModel model) => model.Device.MemoryBandwidth * job.Efficiency.Stream.Constants.MemoryShare;

    /// <summary>State that had to leave the device comes back over the link to the host and leaves again.</summary>
    private static Seconds Paging(TrainJob job) =>
        HostTransfer.Time(job.Cluster.Accelerator, TrainMemory.PagedOut(job.MemoryInput, job.Cluster.Accelerator.Memory) * 2);
}
