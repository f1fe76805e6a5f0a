using System.Collections.Immutable;
using LlmSim.Model.Memory;

namespace LlmSim.Schedules.Pipelines;

/// <summary>ZB-H1 and ZB-H2: weight gradients are put off to where the pipeline would wait.</summary>
/// <remarks>
/// Qi et al. 2023 (Zero Bubble), section 3 and figures 3 and 4. H1 fills as 1F1B does, so it holds no more than its p micro-batches; H2 fills with
/// 2(p − s) − 1 and holds up to 2p − 1. Stage s puts its weight gradients off by as many micro-batches as its gap at the end has room for.
/// Idle time of a stage with equal stages: (p − 1)(F + B − W) and (p − 1)(F + B − 2W).
/// </remarks>
/// <param name="isDoubleMemory">Whether it is H2.</param>
public sealed class ZeroBubbleHandmade(bool isDoubleMemory) : IScheduleGenerator
{
    /// <inheritdoc/>
    public string Meaning => isDoubleMemory
        ? "weight gradients fill the bubble, up to twice the activations of 1F1B"
        : "weight gradients fill a part of the bubble within the activations of 1F1B";

    /// <inheritdoc/>
    public string Source => "Qi et al. 2023, arXiv 2401.10241, section 3";

    /// <inheritdoc/>
    public double? MemoryLimit(PipelineShape shape) => isDoubleMemory ? (2 * shape.Stages) - 1 : shape.Stages;

    /// <inheritdoc/>
    public InFlightRule? InFlight => isDoubleMemory ? InFlightRule.ZeroBubbleTwoP : InFlightRule.OneForwardOneBackward;

    /// <inheritdoc/>
    public string Problem(PipelineShape shape) => string.Empty;

    /// <inheritdoc/>
    public ImmutableArray<ImmutableArray<Pass>> Order(ScheduleOrder order) => order.ByStage(stage => OfStage(order.Shape, stage));

    private IEnumerable<Pass> OfStage(PipelineShape shape, int stage)
    {
        int left = shape.Stages - stage;
        int ahead = Math.Min(shape.MicroBatches, isDoubleMemory ? (2 * left) - 1 : left);
        int delay = isDoubleMemory ? 2 * stage : stage;
        for (int forward = 0; forward < ahead; forward++)
        {
            yield return new(PassKind.Forward, forward, 0);
        }

        for (int backward = 0; backward < shape.MicroBatches; backward++)
        {
            yield return new(PassKind.BackwardInput, backward, 0);
            if (backward >= delay)
            {
                yield return new(PassKind.BackwardWeight, backward - delay, 0);
            }

            if (backward + ahead < shape.MicroBatches)
            {
                yield return new(PassKind.Forward, backward + ahead, 0);
            }
        }

        for (int weight = Math.Max(0, shape.MicroBatches - delay); weight < shape.MicroBatches; weight++)
        {
            yield return new(PassKind.BackwardWeight, weight, 0);
        }
    }
}
