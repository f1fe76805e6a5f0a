using System.Collections.Immutable;

namespace LlmSim.Schedules.Pipelines;

/// <summary>1F1B with a flush: a stage runs p − i − 1 micro-batches ahead, then one forward and one backward in turn (Narayanan 2021, section 2.2; PipeDream-Flush).</summary>
/// <remarks>The bubble is that of GPipe; what it bounds is memory: at most p − i micro-batches are alive on stage i.</remarks>
internal static class OneForwardOneBackward
{
    /// <summary>The schedule; any p and m are legal, v must be one.</summary>
    internal static string? Generate(int stages, int microBatches, int chunks, out PipelineSchedule? schedule)
    {
        schedule = null;
        if (chunks != 1)
        {
            return $"1f1b keeps one chunk of layers on each stage, found {chunks}: expected 1, or the schedule interleaved-1f1b";
        }

        var byStage = ImmutableArray.CreateBuilder<ImmutableArray<Pass>>(stages);
        for (int stage = 0; stage < stages; stage++)
        {
            int ahead = Math.Min(stages - stage - 1, microBatches);
            var passes = ImmutableArray.CreateBuilder<Pass>(2 * microBatches);
            for (int i = 0; i < ahead; i++)
            {
                passes.Add(new(PassKind.Forward, i, 0));
            }

            for (int i = 0; i < microBatches; i++)
            {
                if (ahead + i < microBatches)
                {
                    passes.Add(new(PassKind.Forward, ahead + i, 0));
                }

                passes.Add(new(PassKind.Backward, i, 0));
            }

            byStage.Add(passes.MoveToImmutable());
        }

        schedule = new PipelineSchedule("1f1b", stages, microBatches, 1, byStage.MoveToImmutable());
        return null;
    }
}
