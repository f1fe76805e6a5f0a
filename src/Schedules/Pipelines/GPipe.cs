using System.Collections.Immutable;
using LlmSim.Model.Memory;

namespace LlmSim.Schedules.Pipelines;

/// <summary>GPipe: all micro-batches forward, then all of them back, the last first.</summary>
/// <remarks>A stage holds the activations of all m micro-batches, which is why it is used with full recomputation.</remarks>
public sealed class GPipe : IScheduleGenerator
{
    /// <inheritdoc/>
    public string Meaning => "all forwards, then all backwards";

    /// <inheritdoc/>
    public string Source => "Huang et al. 2019, arXiv 1811.06965, figure 2c";

    /// <inheritdoc/>
    public InFlightRule? InFlight => InFlightRule.GPipe;

    /// <inheritdoc/>
    public string Problem(PipelineShape shape) => string.Empty;

    /// <inheritdoc/>
    public ImmutableArray<ImmutableArray<Pass>> Order(ScheduleOrder order) => order.ByStage(_ => OfAnyStage(order.Shape.MicroBatches));

    private static IEnumerable<Pass> OfAnyStage(int microBatches) =>
    [
        .. Enumerable.Range(0, microBatches).Select(static microBatch => new Pass(PassKind.Forward, microBatch, 0)),
        .. Enumerable.Range(0, microBatches).Reverse().Select(static microBatch => new Pass(PassKind.Backward, microBatch, 0)),
    ];
}
