using LlmSim.Model.Cost;
using LlmSim.Model.Memory;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Training;

/// <summary>The update of the parameters at the end of a step, wherever its state lies.</summary>
internal static class OptimizerUpdate
{
    /// <summary>Time of the update on one device.</summary>
    /// <param name="job">The step.</param>
    /// <param name="model">Prices of the device.</param>
    /// <param name="trained">Parameters of the device that are trained.</param>
    public static Seconds Time(TrainJob job, CostModel model, in ShardedParameters trained) => job.OptimizerPlacement switch
    {
        OptimizerPlacement.Paged => TrainStep.Optimizer(job, model, trained) + Paging(job),
        _ => TrainStep.Optimizer(job, model, trained),
    };

    /// <summary>State that had to leave the device comes back over the link to the host and leaves again.</summary>
    private static Seconds Paging(TrainJob job) => job.Cluster.Accelerator.HostLink is { } link
        ? TrainMemory.PagedOut(job.MemoryInput, job.Cluster.Accelerator.Memory) * 2 / link.Bandwidth
        : Seconds.Zero;
}
