using System.Collections.Immutable;
using LlmSim.Model.Memory;

namespace LlmSim.Schedules.Pipelines;

/// <summary>Interleaved 1F1B: each stage keeps v chunks and passes p micro-batches through one before it takes up the next, so filling costs 1/v.</summary>
/// <remarks>
/// Narayanan et al. 2021, section 2.2, in the order of Megatron-LM: stage s runs 2(p − s − 1) + (v − 1)p chunk passes ahead, then forward and
/// backward in turn. With one stage there is nothing to interleave: each micro-batch goes through all chunks and back.
/// </remarks>
public sealed class InterleavedOneForwardOneBackward : IScheduleGenerator
{
    /// <inheritdoc/>
    public string Meaning => "1F1B over several chunks of layers a stage";

    /// <inheritdoc/>
    public string Source => "Narayanan et al. 2021 (Megatron-LM), arXiv 2104.04473, section 2.2";

    /// <inheritdoc/>
    public int Chunks(int requested) => requested;

    /// <inheritdoc/>
    public InFlightRule? InFlight => InFlightRule.Interleaved;

    /// <inheritdoc/>
    public string Problem(PipelineShape shape) => shape.MicroBatches % shape.Stages == 0 || shape.Chunks == 1
        ? string.Empty
        : $"interleaved-1f1b needs micro-batches in multiples of the {shape.Stages} stages, not {shape.MicroBatches}";

    /// <inheritdoc/>
    public ImmutableArray<ImmutableArray<Pass>> Order(ScheduleOrder order)
    {
        PipelineShape shape = order.Shape;
        if (shape.Chunks == 1)
        {
            return order.ByStage(stage => OneForwardOneBackward.OfStage(shape, stage));
        }

        return order.ByStage(stage => shape.Stages == 1 ? OneStage(shape) : Interleaved(shape, stage));
    }

    private static IEnumerable<Pass> OneStage(PipelineShape shape)
    {
        for (int microBatch = 0; microBatch < shape.MicroBatches; microBatch++)
        {
            for (int chunk = 0; chunk < shape.Chunks; chunk++)
            {
                yield return new(PassKind.Forward, microBatch, chunk);
            }

            for (int chunk = shape.Chunks - 1; chunk >= 0; chunk--)
            {
                yield return new(PassKind.Backward, microBatch, chunk);
            }
        }
    }

    private static IEnumerable<Pass> Interleaved(PipelineShape shape, int stage)
    {
        int passes = shape.MicroBatches * shape.Chunks;
        int ahead = Math.Min(passes, (2 * (shape.Stages - stage - 1)) + ((shape.Chunks - 1) * shape.Stages));
        for (int step = 0; step < passes + ahead; step++)
        {
            if (step < passes)
            {
                yield return Turn(shape, PassKind.Forward, step);
            }

            if (step >= ahead)
            {
                yield return Turn(shape, PassKind.Backward, step - ahead);
            }
        }
    }

    /// <summary>The chunk pass of a turn: p micro-batches on one chunk, the same p on the next; backward the chunks run from last to first.</summary>
    private static Pass Turn(PipelineShape shape, PassKind kind, int turn)
    {
        (int round, int within) = Math.DivRem(turn, shape.RouteLength);
        (int chunk, int member) = Math.DivRem(within, shape.Stages);
        return new(kind, (round * shape.Stages) + member, kind == PassKind.Forward ? chunk : shape.Chunks - 1 - chunk);
    }
}
