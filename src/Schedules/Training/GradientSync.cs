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
        if (job.DataKind == DataKind.SingleProcess)
        {
            return Seconds.Zero; // device 0 sums gradients in each pass
        }

        Bytes gradient = job.EffectiveGradientFormat.Size();
        Bytes weight = NumberFormat.Bf16.Size();
        Seconds backward = work.BackwardInput.Total + work.BackwardWeight.Total;
        return job.Layout.ZeroStage switch
        {
            0 => Gradients(job, model, CollectiveKind.AllReduce, parameters, backward, layers),
            3 => !job.ScattersEachMicroBatch ? Shown(job, Time(model, CollectiveKind.ReduceScatter, gradient, parameters.Replicated, parameters.Experts), backward, 1d / Math.Max(1, layers)) : Seconds.Zero,
            _ => Gradients(job, model, CollectiveKind.ReduceScatter, parameters, backward, layers)
                + Shown(job, Time(model, CollectiveKind.AllGather, weight, parameters.Replicated, parameters.Experts), work.Forward.Total, 1d / Math.Max(1, layers)),
        };
    }

    /// <summary>What shows of the exchange of gradients: of stated buckets each pays its latency, and the last cannot hide (Li 2020, section 3.2.2).</summary>
    private static Seconds Gradients(TrainJob job, CostModel model, CollectiveKind kind, in ShardedParameters parameters, Seconds backward, int layers)
    {
        Bytes gradient = job.EffectiveGradientFormat.Size();
        if (job.GradientBucket is not { } bucket || parameters.Total == 0)
        {
            return Shown(job, Time(model, kind, gradient, parameters.Replicated, parameters.Experts), backward, 1d / Math.Max(1, layers));
        }

        double share = Math.Min(1, bucket / (gradient * parameters.Total));
        Seconds exchange = Time(model, kind, gradient, parameters.Replicated * share, parameters.Experts * share) / share;
        return Shown(job, exchange, backward, share);
    }

    private static Seconds Shown(TrainJob job, Seconds exchange, Seconds pass, double last)
    {
        return job.OverlapData ? (exchange * last) + Beside(job, exchange * (1 - last), pass * (Passes(job.Layout) - last)) : exchange;
    }

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
