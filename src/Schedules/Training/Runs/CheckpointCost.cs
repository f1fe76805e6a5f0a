using LlmSim.Model.Hardware;
using LlmSim.Model.Memory;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Training.Runs;

/// <summary>What one checkpoint of a phase takes.</summary>
/// <param name="Size">Stored state.</param>
/// <param name="Blocking">Time for which saving holds the steps up.</param>
/// <param name="Write">Further time until the state is durable, beside the steps.</param>
/// <param name="Load">Time until every device has its state again.</param>
public readonly record struct CheckpointCost(Bytes Size, Seconds Blocking, Seconds Write, Seconds Load)
{
    /// <summary>The cost of saving and loading a job's state.</summary>
    /// <remarks>
    /// Stored are weights, the fp32 master copy and the optimizer's moments: 14 bytes a parameter for Adam on bf16 weights (Rajbhandari 2020, section
    /// 3.1, without gradients). Replicas store nothing twice. Links and storage run at their stated bandwidth: metadata, serialisation and congestion
    /// are neglected, so that storage should be stated as measured.
    /// </remarks>
    public static CheckpointCost Of(TrainJob job, CheckpointPlan plan)
    {
        Bytes size = Stored(job, plan);
        Cluster cluster = job.Cluster;
        Bandwidth fabric = cluster.Node.ScaleOut.Bandwidth;
        Bandwidth node = plan.Node ?? (fabric * cluster.Node.Devices);
        bool isSharded = plan.Layout == CheckpointLayout.Sharded;
        int writers = isSharded ? cluster.Nodes : 1;
        Seconds write = size / Together(node * writers, plan.SharedWrite);
        Seconds read = size / Together(node * writers, plan.SharedRead ?? plan.SharedWrite);
        Seconds toHost = Host(cluster, size / (isSharded ? cluster.Devices : 1));

        // Rank 0 receives what other devices hold over its own link, and sends it back in a pipelined broadcast that takes as long.
        Seconds others = isSharded || cluster.Devices == 1
            ? Seconds.Zero
            : size * ((cluster.Devices - 1d) / cluster.Devices) / (cluster.SpansNodes ? fabric : cluster.Node.ScaleUp.Bandwidth);
        return plan.Asynchronous
            ? new(size, others + toHost, write, read + others)
            : new(size, others + Seconds.Max(toHost, write), Seconds.Zero, read + others);
    }

    /// <summary>State that a checkpoint stores: of frozen parts their weights only, and beside adapters nothing else.</summary>
    public static Bytes Stored(TrainJob job, CheckpointPlan plan)
    {
        NumberFormat weights = job.MemoryInput.WeightFormat;
        double trained = TrainedSharding.Whole(job.Architecture, job.Parts);
        Bytes stored = weights.Size() * (job.Parts.Adapters is null ? ParameterSharding.Whole(job.Architecture) : trained);
        if (plan.OptimizerState)
        {
            stored += trained * (OptimizerMemory.MasterPerParameter(weights) + OptimizerMemory.MomentsPerParameter(job.Optimizer, job.Architecture.HiddenSize));
        }

        return stored;
    }

    /// <summary>Copy of a device's share to the host; nothing where host and device share their memory.</summary>
    private static Seconds Host(Cluster cluster, Bytes share) =>
        cluster.Accelerator.HostLink is { } link ? share / link.Bandwidth : Seconds.Zero;

    private static Bandwidth Together(Bandwidth nodes, Bandwidth? shared) => shared is { } limit ? Bandwidth.Min(nodes, limit) : nodes;
}
