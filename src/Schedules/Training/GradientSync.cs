using LlmSim.Model.Collectives;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;
using LlmSim.Model.Memory;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Training;

/// <summary>The exchange of gradients (and of sharded parameters) between data-parallel ranks once a step, and how much of it shows.</summary>
public static class GradientSync
{
    /// <summary>Share of the backward pass behind which an overlapped exchange can hide.</summary>
    private const double HidingShare = 0.8;

    /// <summary>Time of a step in which the device waits for exchanges of data-parallel ranks.</summary>
    /// <param name="job">The step.</param>
    /// <param name="model">Prices of exchanges.</param>
    /// <param name="parameters">Parameters of the device.</param>
    /// <param name="busy">Time in which the device works on micro-batches.</param>
    /// <param name="layers">Layers of the device: an overlapped exchange shows at least the last one's part.</param>
    public static Seconds Exposed(TrainJob job, CostModel model, in ShardedParameters parameters, Seconds busy, int layers)
    {
        Seconds exchange = Dense(job, model, parameters.Replicated) + Experts(job, model, parameters.Experts);
        if (exchange == Seconds.Zero)
        {
            return exchange;
        }

        if (!job.OverlapData)
        {
            return exchange;
        }

        Seconds beyond = exchange - (busy * HidingShare);
        return Seconds.Max(beyond, Seconds.Zero) + (exchange / Math.Max(1, layers));
    }

    /// <summary>Exchange of everything but experts: ZeRO 0 all-reduces gradients; ZeRO 1 and 2 scatter them and gather parameters; ZeRO 3 gathers parameters in each pass.</summary>
    private static Seconds Dense(TrainJob job, CostModel model, double parameters)
    {
        Bytes gradients = job.EffectiveGradientFormat.Size() * parameters;
        Bytes weights = NumberFormat.Bf16.Size() * parameters;
        GroupKind group = GroupKind.Data;
        if (job.Layout.Data * job.Layout.Context == 1 || parameters <= 0)
        {
            return Seconds.Zero;
        }

        return job.Layout.ZeroStage switch
        {
            0 => model.Exchange(CollectiveKind.AllReduce, group, gradients).Total,
            3 => (model.Exchange(CollectiveKind.AllGather, group, weights).Total * (2d * job.MicroBatches))
                + (model.Exchange(CollectiveKind.ReduceScatter, group, gradients).Total * job.MicroBatches),
            _ => model.Exchange(CollectiveKind.ReduceScatter, group, gradients).Total + model.Exchange(CollectiveKind.AllGather, group, weights).Total,
        };
    }

    private static Seconds Experts(TrainJob job, CostModel model, double parameters) =>
        parameters > 0 && ExpertSplit.Copies(job.Layout) > 1
            ? model.Exchange(CollectiveKind.AllReduce, GroupKind.ExpertData, job.EffectiveGradientFormat.Size() * parameters).Total
            : Seconds.Zero;
}
