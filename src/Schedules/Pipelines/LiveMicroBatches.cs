using System.Collections.Immutable;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Pipelines;

/// <summary>How many micro-batches' activations each stage holds over time: a whole micro-batch from its forward, half from the end of its input gradient.</summary>
public static class LiveMicroBatches
{
    /// <summary>Each change in the order of stages and time; after it the stage holds <c>Live</c> micro-batches, a chunk counting its share of a stage.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="spans">Its recorded passes in the order of stages.</param>
    public static IEnumerable<(int Stage, Instant Time, double Live)> Changes(PipelineSchedule schedule, ImmutableArray<PassSpan> spans)
    {
        double half = 0.5 / schedule.Shape.StageParts;
        (int stage, double live) = (-1, 0);
        foreach (PassSpan span in spans)
        {
            (stage, live) = span.Stage == stage ? (stage, live) : (span.Stage, 0);
            if (span.Pass.IsForward)
            {
                live += 2 * half;
                yield return (stage, span.Start, live);
            }

            if (span.Pass.IsBackward || span.Pass.IsWeight)
            {
                live -= half * ((span.Pass.IsBackward ? 1 : 0) + (span.Pass.IsWeight ? 1 : 0));
                yield return (stage, span.End, live);
            }
        }
    }
}
