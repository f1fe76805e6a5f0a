using LlmSim.Model.Architecture;
using LlmSim.Model.Hardware;
using LlmSim.Model.Memory;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;
using LlmSim.Planning.Scenarios;
using LlmSim.Schedules.Training;

namespace LlmSim.Planning.Jobs;

/// <summary>Refuses ways to save memory that a machine or other choices do not allow, and says what is legal.</summary>
internal static class MemorySavingRules
{
    /// <summary>Checks a job.</summary>
    public static void Check(TrainScenario scenario, TrainJob job, ProblemList problems)
    {
        CheckLink(scenario, job, problems);
        CheckHost(scenario, job, problems);
        if (job.SegmentLayers > 1 && job.Recompute != RecomputeMode.Full)
        {
            Refuse(scenario, problems, "training.recompute_layers", $"is {job.SegmentLayers}, but 'training.recompute' is {job.Recompute.ToString().ToLowerInvariant()}: legal are 1, or recompute: full");
        }

        CheckOperators(scenario, job, problems);
        if (job.LossScaling is not null && job.Precision != NumberFormat.Fp16)
        {
            Refuse(scenario, problems, "training.loss_scaling", $"is for gradients in fp16, but 'training.precision' is {job.Precision.Name()}: legal is precision: fp16, or no scaling");
        }

        if (job.LossScaling is { SkippedShare: >= 1 })
        {
            Refuse(scenario, problems, "training.loss_scaling.skipped", "is 100 %, so that nothing is ever trained: legal is less");
        }
    }

    private static void CheckOperators(TrainScenario scenario, TrainJob job, ProblemList problems)
    {
        const string path = "training.recompute_operators";
        if (job.RecomputedOperators == RecomputedOperators.None)
        {
            return;
        }

        if (job.Recompute == RecomputeMode.Full)
        {
            Refuse(scenario, problems, path, "names operators, but 'training.recompute' is full, which computes all of them again: legal are recompute: none or selective");
        }

        if (job.RecomputedOperators.HasFlag(RecomputedOperators.UpProjections) && !job.Architecture.Layers.Any(static layer => layer.Mixer is LatentAttentionSpec))
        {
            Refuse(scenario, problems, path, $"names up_projections, which {job.Architecture.Name} does not have: legal are norms and activations");
        }
    }

    private static void CheckLink(TrainScenario scenario, TrainJob job, ProblemList problems)
    {
        if (job.Cluster.Accelerator.HostLink is not null)
        {
            return;
        }

        if (job.OptimizerPlacement != OptimizerPlacement.Device)
        {
            Refuse(scenario, problems, "training.optimizer_state", $"leaves the device, but {job.Cluster.Accelerator.Name} has no link to a host: legal is device");
        }

        if (job.ActivationOffload > 0)
        {
            Refuse(scenario, problems, "training.offload_activations", $"needs a link to the host, which {job.Cluster.Accelerator.Name} has not: legal is 0 %");
        }
    }

    /// <summary>Host memory and drives hold what is given to them.</summary>
    private static void CheckHost(TrainScenario scenario, TrainJob job, ProblemList problems)
    {
        if (!job.OptimizerPlacement.UpdatesOnHost() || !problems.Problems.IsEmpty)
        {
            return;
        }

        const string path = "training.optimizer_state";
        Node node = job.Cluster.Node;
        (Bytes memory, Bytes drives) = HostOptimizer.OnNode(job);
        if (node.HostMemoryBandwidth == Bandwidth.Zero || (drives > Bytes.Zero && node.NvmeBandwidth == Bandwidth.Zero))
        {
            Refuse(scenario, problems, path, $"needs the host's memory and drives, of which {node.Name} states no bandwidth: legal are device and paged");
        }
        else if (memory > node.HostMemory || drives > node.Nvme)
        {
            Refuse(
                scenario, problems, path,
                $"puts {memory} into host memory and {drives} onto drives, but {node.Name} has {node.HostMemory} and {node.Nvme}: legal are placements that fit, or a higher 'parallel.zero_stage'");
        }
    }

    private static void Refuse(TrainScenario scenario, ProblemList problems, string path, string reason) => problems.Add(scenario.ProblemAt(path, $"'{path}' {reason}"));
}
