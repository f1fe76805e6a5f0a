using System.Collections.Immutable;
using LlmSim.Model.Cost;
using LlmSim.Model.Memory;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;
using LlmSim.Schedules.Pipelines;

namespace LlmSim.Schedules.Training;

/// <summary>The exchanges of gradients as part of the replay: each chunk's own, on the link that messages between stages use as well.</summary>
/// <remarks>
/// The closed account (<see cref="GradientSync.Exposed"/>) gives exchanges a link of their own. Here each chunk's exchange begins when its layers have made their
/// gradients, and what travels at the same time gets an equal share of the stage's link.
/// </remarks>
internal static class SharedLinks
{
    /// <summary>Whether the job's links are shared: it says so, and there are messages as well as exchanges.</summary>
    internal static bool Apply(TrainJob job) => job.SharedLinks && job.Layout is { Pipeline: > 1 } && job.Layout.Data * job.Layout.Context > 1;

    /// <summary>What follows the passes of each chunk.</summary>
    internal static StepEnd Of(TrainJob job, CostModel model)
    {
        StageLayers stages = job.Stages;
        return new()
        {
            ByChunk = [.. Enumerable.Range(0, stages.ByChunk.Length).Select(position => Exchange(job, model, stages, position))],
            Overlapped = job.OverlapData,
            SharedLink = true,
        };
    }

    private static GradientExchange Exchange(TrainJob job, CostModel model, StageLayers stages, int position)
    {
        ShardedParameters parameters = TrainedSharding.OnChunk(job.Architecture, job.Layout, stages, position, job.Parts);
        Seconds time = GradientSync.Reduction(job, model, parameters);
        return new(time, time * (1 - (1d / Math.Max(1, stages.ByChunk[position]))));
    }
}
