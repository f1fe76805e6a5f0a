using System.Collections.Immutable;
using LlmSim.Model.Memory;

namespace LlmSim.Schedules.Pipelines;

/// <summary>ZB-1p and ZB-2p: an automatic schedule for given times within p or 2p micro-batches of activations.</summary>
/// <remarks>
/// Qi et al. 2023 (Zero Bubble), section 3. Each stage fills with some forwards, then runs an input gradient and a forward in turn; weight gradients go where
/// the stage would wait or where memory runs out. How many forwards fill is what is searched: as many as fit before the first gradient comes back, and
/// shares of what memory allows.
/// </remarks>
/// <param name="memories">Activations that a stage may hold, in multiples of p micro-batches.</param>
public sealed class ZeroBubbleAutomatic(int memories) : IScheduleGenerator
{
    private static readonly double[] Slopes = [1, 1.25, 1.5, 1.75, 2, 2.5, 3];
    private static readonly double[] Patiences = [0, 0.1, 0.25, 0.5, 0.75, 1];

    /// <inheritdoc/>
    public string Meaning => memories == 1
        ? "weight gradients placed automatically within the activations of 1F1B"
        : "weight gradients placed automatically within twice the activations of 1F1B";

    /// <inheritdoc/>
    public string Source => "Qi et al. 2023, arXiv 2401.10241, section 3";

    /// <inheritdoc/>
    public double? MemoryLimit(PipelineShape shape) => memories * shape.Stages;

    /// <inheritdoc/>
    public InFlightRule? InFlight => memories == 1 ? InFlightRule.OneForwardOneBackward : InFlightRule.ZeroBubbleTwoP;

    /// <inheritdoc/>
    public string Problem(PipelineShape shape) => string.Empty;

    /// <inheritdoc/>
    public ImmutableArray<ImmutableArray<Pass>> Order(ScheduleOrder order)
    {
        PipelineShape shape = order.Shape;
        var durations = PassDurations.Of("zero bubble", shape, order.Costs);
        double limit = order.MemoryLimit ?? (memories * shape.Stages);
        int halves = (int)Math.Floor(2 * limit);
        var search = new OrderSearch(shape, durations, halves);
        foreach (int[] fills in Fills(shape, durations, Math.Max(1, (int)limit)))
        {
            search.Try([.. fills.Select(fill => OfStage(shape.MicroBatches, fill))]);
            foreach (double patience in Patiences.TakeWhile(_ => search.GoesOn))
            {
                search.Try(GreedyOrder.Of(shape, durations, halves, new(patience, false, [.. fills.Select(static fill => new[] { fill })])));
            }
        }

        if (!search.Found)
        {
            // Nothing keeps to the limit: one micro-batch at a time holds the least, and the caller says what it holds.
            return new NaivePipeline().Order(order);
        }

        return search.Finish();
    }

    private static Pass[] OfStage(int microBatches, int fill)
    {
        List<Pass> passes = [.. Enumerable.Range(0, fill).Select(static microBatch => new Pass(PassKind.Forward, microBatch, 0))];
        for (int microBatch = 0; microBatch < microBatches; microBatch++)
        {
            passes.Add(new(PassKind.BackwardInput, microBatch, 0));
            if (microBatch + fill < microBatches)
            {
                passes.Add(new(PassKind.Forward, microBatch + fill, 0));
            }
        }

        return [.. passes];
    }

    /// <summary>Numbers of forwards with which the stages fill; a stage never fills with fewer than the next one needs.</summary>
    private static IEnumerable<int[]> Fills(PipelineShape shape, PassDurations durations, int most)
    {
        int stages = shape.Stages;
        foreach (double slope in Slopes)
        {
            yield return Bounded(shape, most, [.. Enumerable.Range(0, stages).Select(stage => 1 + (int)Math.Floor(slope * (stages - 1 - stage)))]);
        }

        foreach (double overrun in (double[])[0, 0.5, 1, 1.5, 2, 3])
        {
            yield return Bounded(shape, most, UntilFirstGradient(stages, durations, overrun));
        }
    }

    /// <summary>As many forwards as fit before the first input gradient arrives; the last may overrun by a share of its time.</summary>
    private static int[] UntilFirstGradient(int stages, PassDurations durations, double overrun)
    {
        long[] firstEnd = new long[stages];
        for (int stage = 0; stage < stages; stage++)
        {
            firstEnd[stage] = (stage == 0 ? 0 : firstEnd[stage - 1] + durations.Transfer) + durations.At(stage, PassKind.Forward);
        }

        int[] fills = new int[stages];
        long clock = firstEnd[^1];
        for (int stage = stages - 1; stage >= 0; stage--)
        {
            long arrival = stage == stages - 1 ? clock : clock + durations.Transfer;
            long forward = Math.Max(1, durations.At(stage, PassKind.Forward));
            fills[stage] = 1 + (int)(((arrival - firstEnd[stage]) / (double)forward) + overrun);
            clock = Math.Max(arrival, firstEnd[stage] + ((fills[stage] - 1) * forward)) + durations.At(stage, PassKind.BackwardInput);
        }

        return fills;
    }

    private static int[] Bounded(PipelineShape shape, int most, int[] fills)
    {
        int atMost = Math.Min(most, shape.MicroBatches);
        for (int stage = fills.Length - 1; stage >= 0; stage--)
        {
            int atLeast = stage == fills.Length - 1 ? 1 : fills[stage + 1];
            fills[stage] = Math.Clamp(fills[stage], Math.Min(atLeast, atMost), atMost);
        }

        return fills;
    }
}
