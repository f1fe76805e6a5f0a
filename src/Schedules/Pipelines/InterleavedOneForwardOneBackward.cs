using System.Collections.Immutable;

namespace LlmSim.Schedules.Pipelines;

/// <summary>Interleaved 1F1B: each stage holds v chunks of layers and runs p micro-batches through one before the next, so that the bubble shrinks v times (Narayanan 2021, section 2.2).</summary>
/// <remarks>
/// The order is Megatron-LM's: the k-th forward of a stage is of chunk ⌊k/p⌋ mod v and micro-batch p·⌊k/(p·v)⌋ + k mod p; backward runs the chunks from last to first;
/// stage i runs 2(p − i − 1) + (v − 1)p forwards ahead, all of them where m = p.
/// </remarks>
internal static class InterleavedOneForwardOneBackward
{
    /// <summary>The schedule; m must be a multiple of p.</summary>
    internal static string? Generate(int stages, int microBatches, int chunks, out PipelineSchedule? schedule)
    {
        schedule = null;
        if (chunks == 1 || stages == 1)
        {
            // One chunk is plain 1F1B; on one stage chunks follow one another without any bubble to shrink.
            string? problem = stages == 1 ? OnOneStage(microBatches, chunks, out schedule) : OneForwardOneBackward.Generate(stages, microBatches, 1, out schedule);
            schedule = schedule is null ? null : schedule with { Name = "interleaved-1f1b" };
            return problem;
        }

        if (microBatches % stages != 0)
        {
            return $"interleaved-1f1b needs a number of micro-batches that is a multiple of the {stages} stages, found {microBatches}: "
                + $"nearest are {Math.Max(1, microBatches / stages) * stages} and {((microBatches / stages) + 1) * stages}";
        }

        schedule = new PipelineSchedule("interleaved-1f1b", stages, microBatches, chunks, [.. Enumerable.Range(0, stages).Select(stage => Stage(stage, stages, microBatches, chunks))]);
        return null;
    }

    private static ImmutableArray<Pass> Stage(int stage, int stages, int microBatches, int chunks)
    {
        int total = microBatches * chunks;
        int ahead = microBatches == stages ? total : Math.Min(total, (2 * (stages - stage - 1)) + ((chunks - 1) * stages));
        var passes = ImmutableArray.CreateBuilder<Pass>(2 * total);
        for (int k = 0; k < ahead; k++)
        {
            passes.Add(Forward(k, stages, chunks));
        }

        for (int k = 0; k < total; k++)
        {
            if (ahead + k < total)
            {
                passes.Add(Forward(ahead + k, stages, chunks));
            }

            Pass mirrored = Forward(k, stages, chunks);
            passes.Add(new(PassKind.Backward, mirrored.MicroBatch, chunks - 1 - mirrored.Chunk));
        }

        return passes.MoveToImmutable();
    }

    private static Pass Forward(int k, int stages, int chunks) =>
        new(PassKind.Forward, (stages * (k / (stages * chunks))) + (k % stages), k / stages % chunks);

    private static string? OnOneStage(int microBatches, int chunks, out PipelineSchedule? schedule)
    {
        var passes = ImmutableArray.CreateBuilder<Pass>(2 * microBatches * chunks);
        for (int i = 0; i < microBatches; i++)
        {
            passes.AddRange(Enumerable.Range(0, chunks).Select(chunk => new Pass(PassKind.Forward, i, chunk)));
            passes.AddRange(Enumerable.Range(0, chunks).Select(chunk => new Pass(PassKind.Backward, i, chunks - 1 - chunk)));
        }

        schedule = new PipelineSchedule("interleaved-1f1b", 1, microBatches, chunks, [passes.MoveToImmutable()]);
        return null;
    }
}
