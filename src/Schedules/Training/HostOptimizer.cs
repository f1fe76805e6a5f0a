using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;
using LlmSim.Model.Memory;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Training;

/// <summary>An update by the host's processors: gradients go down as they are computed, the host updates its state, and weights come up as they are ready.</summary>
/// <remarks>
/// Ren 2021 (ZeRO-Offload, arXiv 2101.06840), sections 4 and 5: gradients leave behind the backward pass of each micro-batch, and what exceeds it shows; the update
/// streams moments, master weights and gradients through host memory, and copies of finished tiles go up beside it. Rajbhandari 2021 (ZeRO-Infinity, arXiv
/// 2104.07857), section 5.2: reads from and writes to drives run beside the update.
/// </remarks>
public static class HostOptimizer
{
    /// <summary>Share of a host's peak memory bandwidth that a vectorised Adam reaches: 1 to 10 G parameters in 0.22 to 2.57 s at 256 GB/s (Ren 2021, table 4), which is 46 to 53 %.</summary>
    private const double HostShare = 0.5;

    private const double MasterBytes = 4;

    /// <summary>Time of the update of some parameters by the processors of a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="parameters">Parameters on the whole node.</param>
    /// <param name="moments">Moments of a parameter.</param>
    /// <param name="gradient">Gradient of a parameter.</param>
    /// <param name="weight">Weight of a parameter as the device uses it.</param>
    public static Seconds Processors(Node node, double parameters, Bytes moments, Bytes gradient, Bytes weight)
    {
        Bytes each = ((moments + new Bytes(MasterBytes)) * 2) + gradient + weight;
        return each * parameters / (node.HostMemoryBandwidth * HostShare);
    }

    /// <summary>Time in which one device waits for its update.</summary>
    /// <param name="job">The step.</param>
    /// <param name="local">Parameters that the device's rank updates.</param>
    /// <param name="work">Passes of one micro-batch on the device.</param>
    internal static Seconds Time(TrainJob job, double local, in ChunkCost work)
    {
        Node node = job.Cluster.Node;
        Bytes moments = OptimizerMemory.MomentsPerParameter(job.Optimizer, job.Architecture.HiddenSize);
        Bytes gradient = job.EffectiveGradientFormat.Size();
        Bytes weight = job.MemoryInput.WeightFormat.Size();
        double onNode = local * Math.Min(job.Cluster.Devices, node.Devices);
        Seconds down = HostTransfer.Time(node.Accelerator, gradient * local);
        Seconds shown = Seconds.Max(Seconds.Zero, down - (work.BackwardInput.Total + work.BackwardWeight.Total)) * job.MicroBatches;
        Seconds update = Seconds.Max(Processors(node, onNode, moments, gradient, weight), HostTransfer.Time(node.Accelerator, weight * local));
        Seconds drives = job.OptimizerPlacement == OptimizerPlacement.Nvme
            ? (moments + new Bytes(MasterBytes)) * (2 * onNode) / node.NvmeBandwidth
            : Seconds.Zero;
        return shown + Seconds.Max(update, drives);
    }

    /// <summary>Memory that the host of one node needs, and what lies on its drives.</summary>
    public static (Bytes Memory, Bytes Drives) OnNode(TrainJob job)
    {
        Bytes state = OptimizerMemory.MomentsPerParameter(job.Optimizer, job.Architecture.HiddenSize) + new Bytes(MasterBytes);
        double local = Enumerable.Range(0, job.Layout.Pipeline)
            .Max(stage => OptimizerUpdate.Local(job, TrainedSharding.OnStage(job.Architecture, job.Layout, job.Stages, stage, job.Parts)));
        double onNode = local * Math.Min(job.Cluster.Devices, job.Cluster.Node.Devices);
        Bytes gradients = job.EffectiveGradientFormat.Size() * onNode;
        return job.OptimizerPlacement == OptimizerPlacement.Nvme ? (gradients, state * onNode) : (gradients + (state * onNode), Bytes.Zero);
    }
}
