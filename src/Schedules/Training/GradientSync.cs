using LlmSim.Model.Collectives;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;
using LlmSim.Model.Memory;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Training;

/// <summary>The exchange of gradients (and of sharded parameters) between data-parallel ranks once a step, and how much of it shows.</summary>
/// <remarks>
/// Gradients accumulate over micro-batches and are exchanged in the last one's backward pass, layer by layer as they are done: what exceeds that pass shows, and
/// at least the part of the layer that is done last. Parameters of a sharded optimizer are gathered behind the first forward pass in the same way
/// (Li 2020, arXiv 2006.15704, section 3.2; Megatron-LM's options to overlap the reduction of gradients and the gathering of parameters).
/// </remarks>
public static class GradientSync
{
    /// <summary>Time of a step in which a device waits for exchanges of data-parallel ranks after or before its passes.</summary>
    /// <param name="job">The step.</param>
    /// <param name="model">Prices of exchanges.</param>
    /// <param name="parameters">Parameters of the device.</param>
    /// <param name="work">Passes of one micro-batch on the device.</param>
    /// <param name="layers">Layers of the device.</param>
    public static Seconds Exposed(TrainJob job, CostModel model, in ShardedParameters parameters, in ChunkCost work, int layers)
    {
        Seconds backward = work.BackwardInput.Total + work.BackwardWeight.Total;
        return Shown(job, Reduction(job, model, parameters), backward, Bucket(job, parameters) ?? Last(layers)) + Gathering(job, model, parameters, work, layers);
    }

    /// <summary>Time of the exchange of gradients alone, once a step; none where each micro-batch has scattered its own.</summary>
    /// <param name="job">The step.</param>
    /// <param name="model">Prices of exchanges.</param>
    /// <param name="parameters">Parameters whose gradients are exchanged.</param>
    internal static Seconds Reduction(TrainJob job, CostModel model, in ShardedParameters parameters)
    {
        CollectiveKind kind = job.Layout.ZeroStage == 0 ? CollectiveKind.AllReduce : CollectiveKind.ReduceScatter;
        if (job.DataKind == DataKind.SingleProcess || (job.Layout.ZeroStage == 3 && job.ScattersEachMicroBatch))
        {
            return Seconds.Zero; // each pass has seen to it
        }

        double share = Bucket(job, parameters) ?? 1;
        return Time(model, kind, job.EffectiveGradientFormat.Size(), parameters.Replicated * share, parameters.Experts * share) / share;
    }

    /// <summary>What shows of gathering parameters before the first forward pass, once a step; none where nothing or everything is gathered in each pass.</summary>
    internal static Seconds Gathering(TrainJob job, CostModel model, in ShardedParameters parameters, in ChunkCost work, int layers) =>
        job.Layout.ZeroStage is 1 or 2
            ? Shown(job, Time(model, CollectiveKind.AllGather, NumberFormat.Bf16.Size(), parameters.Replicated, parameters.Experts), work.Forward.Total, Last(layers))
            : Seconds.Zero;

    /// <summary>Share of the gradients that a stated bucket holds: each bucket pays its latency, and the last cannot hide (Li 2020, section 3.2.2); null where none is stated.</summary>
    private static double? Bucket(TrainJob job, in ShardedParameters parameters) => job.GradientBucket is { } bucket && parameters.Total > 0
        ? Math.Min(1, bucket / (job.EffectiveGradientFormat.Size() * parameters.Total))
        : null;

    private static double Last(int layers) => 1d / Math.Max(1, layers);

    private static Seconds Shown(TrainJob job, Seconds exchange, Seconds pass, double last) =>
        job.OverlapData ? (exchange * last) + Beside(job, exchange * (1 - last), pass * (Passes(job.Layout) - last)) : exchange;

    /// <summary>What shows of an exchange that runs beside work: what is longer than the work, and a share of the rest, since its copies take multiprocessors and bandwidth from the work.</summary>
    internal static Seconds Beside(TrainJob job, Seconds exchange, Seconds work) =>
        Seconds.Max(Seconds.Zero, exchange - work) + (Seconds.Min(exchange, work) * (1 - job.Efficiency.Training.Constants.TensorOverlap));

    /// <summary>Passes between the first chunk's last micro-batch and the last one's: interleaved, each chunk but the last has p micro-batches of others behind it.</summary>
    private static double Passes(ParallelLayout layout) => 1 + ((layout.Pipeline - 1d) * (layout.VirtualStages - 1) / layout.VirtualStages);

    /// <summary>Time of an exchange of all parameters of the device.</summary>
    /// <remarks>Under hybrid sharding each rank scatters inside its group and then all-reduces its share among the copies (Zhao 2023, section 3.2.2).</remarks>
    internal static Seconds Time(CostModel model, CollectiveKind kind, Bytes size, double replicated, double experts)
    {
        ParallelLayout layout = model.Layout;
        Seconds dense = kind == CollectiveKind.AllReduce && layout.ShardCopies > 1
            ? Time(model, CollectiveKind.ReduceScatter, size, replicated, 0) + model.Exchange(CollectiveKind.AllGather, GroupKind.Shard, size * replicated).Total
            : model.Exchange(kind, GroupKind.Shard, size * replicated).Total;
        Seconds copies = kind == CollectiveKind.ReduceScatter
            ? model.Exchange(CollectiveKind.AllReduce, GroupKind.ShardCopies, size * (replicated / layout.StateShards)).Total
            : Seconds.Zero;
        return dense + copies + model.Exchange(kind, GroupKind.ExpertData, size * experts).Total;
    }
}
