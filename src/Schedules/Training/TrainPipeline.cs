using System.Collections.Immutable;
using LlmSim.Model.Memory;
using LlmSim.Model.Parallelism;
using LlmSim.Schedules.Pipelines;

namespace LlmSim.Schedules.Training;

/// <summary>How the schedule of a job lays out its pipeline.</summary>
public static class TrainPipeline
{
    /// <summary>Stages, micro-batches and chunks as the schedule has them; of an illegal job those that its layout says.</summary>
    public static PipelineShape Shape(TrainJob job) =>
        PipelineSchedules.TryShape(job.Schedule, job.Layout.Pipeline, job.MicroBatches, job.Layout.VirtualStages, out PipelineShape shape, out _)
            ? shape
            : new(job.Layout.Pipeline, job.MicroBatches, job.Layout.VirtualStages);

    /// <summary>Why the schedule cannot run on the layout; null where it can.</summary>
    public static string? Problem(TrainJob job)
    {
        if (!PipelineSchedules.TryShape(job.Schedule, job.Layout.Pipeline, job.MicroBatches, job.Layout.VirtualStages, out PipelineShape shape, out string problem))
        {
            return problem;
        }

        int layers = job.Architecture.Layers.Length - (2 * Math.Clamp(job.FirstLastLayers, -1, 0));
        return shape.RouteLength > layers
            ? $"{job.Schedule} cuts the model into {shape.RouteLength} chunks, more than its {job.Architecture.Layers.Length} layers; legal: at most {layers / shape.StageParts} stages"
            : null;
    }

    /// <summary>The layers of each chunk.</summary>
    public static StageLayers Layers(TrainJob job)
    {
        PipelineShape shape = Shape(job);
        return StageLayers.Split(job.Architecture.Layers.Length, shape.Stages, shape.StageParts, job.FirstLastLayers, shape.Placement);
    }

    /// <summary>The schedule, planned with the job's own costs where it plans.</summary>
    /// <exception cref="ArgumentException">The schedule is illegal for the layout.</exception>
    public static PipelineSchedule Schedule(TrainJob job, StageCosts costs)
    {
        if (Problem(job) is string problem)
        {
            throw new ArgumentException(problem, nameof(job));
        }

        return PipelineSchedules.TryGenerate(job.Schedule, Shape(job), costs, null, out PipelineSchedule? schedule, out string why)
            ? schedule
            : throw new ArgumentException(why, nameof(job));
    }

    /// <summary>How many micro-batches the stages keep: a rule by stage, or the schedule's own limit on all of them.</summary>
    internal static (InFlightRule Rule, ImmutableArray<double> ByStage) InFlight(TrainJob job)
    {
        PipelineShape shape = Shape(job);
        if (!PipelineSchedules.TryFind(job.Schedule, out IScheduleGenerator? generator))
        {
            return (InFlightRule.OneForwardOneBackward, []);
        }

        if (generator.InFlight is { } rule)
        {
            return (rule == InFlightRule.Interleaved && shape.Chunks == 1 ? InFlightRule.OneForwardOneBackward : rule, []);
        }

        // Two copies of the model share the micro-batches that a stage keeps.
        double share = (double)shape.StageParts / shape.Chunks;
        double kept = Math.Min(shape.MicroBatches, generator.MemoryLimit(shape) ?? shape.MicroBatches) * share;
        return (InFlightRule.OneForwardOneBackward, [.. Enumerable.Repeat(kept, shape.Stages)]);
    }
}
