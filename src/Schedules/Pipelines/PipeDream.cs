using System.Collections.Immutable;
using LlmSim.Model.Memory;

namespace LlmSim.Schedules.Pipelines;

/// <summary>PipeDream: 1F1B without a flush. A micro-batch goes back through the weights that it went forward with, so versions of them are kept.</summary>
/// <remarks>
/// Weight stashing: stage s keeps a version for each micro-batch that it has under way, p − s of them. The order is that of 1F1B; the next step begins
/// where this one drains, so in the long run a step costs its work alone.
/// </remarks>
public sealed class PipeDream : IScheduleGenerator
{
    /// <inheritdoc/>
    public string Meaning => "1F1B that never flushes, with a stashed version of the weights for each micro-batch under way";

    /// <inheritdoc/>
    public string Source => "Harlap et al. 2018, arXiv 1806.03377";

    /// <inheritdoc/>
    public bool Flushless => true;

    /// <inheritdoc/>
    public int ParameterCopies(PipelineShape shape) => Math.Min(shape.Stages, shape.MicroBatches);

    /// <inheritdoc/>
    public double? MemoryLimit(PipelineShape shape) => shape.Stages;

    /// <inheritdoc/>
    public InFlightRule? InFlight => InFlightRule.OneForwardOneBackward;

    /// <inheritdoc/>
    public string Problem(PipelineShape shape) => string.Empty;

    /// <inheritdoc/>
    public ImmutableArray<ImmutableArray<Pass>> Order(ScheduleOrder order) =>
        order.ByStage(stage => OneForwardOneBackward.OfStage(order.Shape, stage));
}
