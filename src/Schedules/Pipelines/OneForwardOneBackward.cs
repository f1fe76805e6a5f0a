using System.Collections.Immutable;
using LlmSim.Model.Memory;

namespace LlmSim.Schedules.Pipelines;

/// <summary>1F1B: a few forwards to fill the pipeline, then one forward and one backward in turn, then the backwards that are left.</summary>
/// <remarks>Stage s fills with p − s − 1 micro-batches, so it holds at most p − s at once.</remarks>
public sealed class OneForwardOneBackward : IScheduleGenerator
{
    /// <inheritdoc/>
    public string Meaning => "one forward, one backward in turn, flushed at the end of a step";

    /// <inheritdoc/>
    public string Source => "PipeDream-Flush, Narayanan et al. 2020, arXiv 2006.09503; as Megatron-LM runs it";

    /// <inheritdoc/>
    public double? MemoryLimit(PipelineShape shape) => shape.Stages;

    /// <inheritdoc/>
    public InFlightRule? InFlight => InFlightRule.OneForwardOneBackward;

    /// <inheritdoc/>
    public string Problem(PipelineShape shape) => string.Empty;

    /// <inheritdoc/>
    public ImmutableArray<ImmutableArray<Pass>> Order(ScheduleOrder order) => order.ByStage(stage => OfStage(order.Shape, stage));

    /// <summary>The passes of one stage.</summary>
    internal static IEnumerable<Pass> OfStage(PipelineShape shape, int stage)
    {
        int ahead = Math.Min(shape.MicroBatches, shape.Stages - stage - 1);
        for (int forward = 0; forward < shape.MicroBatches + ahead; forward++)
        {
            if (forward < shape.MicroBatches)
            {
                yield return new(PassKind.Forward, forward, 0);
            }

            if (forward >= ahead)
            {
                yield return new(PassKind.Backward, forward - ahead, 0);
            }
        }
    }
}
