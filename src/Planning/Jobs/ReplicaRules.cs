using LlmSim.Model.Architecture;
using LlmSim.Model.Parallelism;
using LlmSim.Planning.Scenarios;
using LlmSim.Schedules.Training;

namespace LlmSim.Planning.Jobs;

/// <summary>Refuses kinds of data, context and expert parallelism that a layout or a model does not allow, and says what is legal.</summary>
internal static class ReplicaRules
{
    /// <summary>Checks a job.</summary>
    public static void Check(TrainScenario scenario, TrainJob job, ProblemList problems)
    {
        ParallelLayout layout = job.Layout;
        if (job.DataKind == DataKind.SingleProcess && (layout.WorldSize != layout.Data || layout.Expert > 1 || layout.ZeroStage > 0 || job.Cluster.SpansNodes))
        {
            const string path = "training.data_parallel";
            problems.Add(scenario.ProblemAt(
                path,
                $"'{path}' is single-process, which copies whole models inside one node: legal are tensor, pipeline, context and expert of 1, zero_stage: 0 and data of at most "
                + $"{job.Cluster.Node.Devices}, or distributed"));
        }

        if (layout is { ContextKind: ContextKind.Ulysses, Context: > 1 } && job.Attention == AttentionImplementation.Unfused)
        {
            const string path = "parallel.context_kind";
            problems.Add(scenario.ProblemAt(path, $"'{path}' is ulysses, but 'training.attention' is unfused: legal is attention: flash"));
        }

        if (job.ExpertTraffic is not null && !job.Architecture.Layers.Any(static layer => layer.FeedForward is MoeFeedForward))
        {
            const string path = "training.experts";
            problems.Add(scenario.ProblemAt(path, $"'{path}' is of experts, which {job.Architecture.Name} has not: legal is to leave it out, or a model of experts"));
        }
    }
}
