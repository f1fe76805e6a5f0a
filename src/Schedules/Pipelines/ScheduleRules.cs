using System.Collections.Immutable;

namespace LlmSim.Schedules.Pipelines;

/// <summary>What every pipeline schedule must keep to, whoever wrote it.</summary>
public static class ScheduleRules
{
    /// <summary>All that is wrong with a schedule; empty where it can be replayed.</summary>
    /// <remarks>Each micro-batch passes each chunk forward once, each of its two gradients is made once, and no stage waits for ever.</remarks>
    public static ImmutableArray<string> Problems(PipelineSchedule schedule)
    {
        ImmutableArray<string> counts = CountProblems(schedule);
        return counts.IsEmpty ? DeadlockProblems(schedule) : counts;
    }

    /// <summary>Most micro-batches whose activations each stage keeps at once, in its order; a chunk counts 1/v.</summary>
    /// <remarks>A micro-batch counts from its forward; each of its two gradients releases half (Qi et al. 2023, section 2.2, takes both as equal).</remarks>
    public static ImmutableArray<double> PeakLiveMicroBatches(PipelineSchedule schedule) =>
        [.. schedule.ByStage.Select(passes => PeakHalves(passes) / (2d * schedule.Chunks))];

    private static int PeakHalves(ImmutableArray<Pass> passes)
    {
        int live = 0;
        int peak = 0;
        foreach (Pass pass in passes)
        {
            live += pass.Kind switch
            {
                PassKind.Forward => 2,
                PassKind.Backward => -2,
                _ => -1,
            };
            peak = Math.Max(peak, live);
        }

        return peak;
    }

    private static ImmutableArray<string> CountProblems(PipelineSchedule schedule)
    {
        if (schedule.ByStage.Length != schedule.Stages)
        {
            return [$"{schedule.Name} has {schedule.Stages} stages but orders for {schedule.ByStage.Length}"];
        }

        var problems = ImmutableArray.CreateBuilder<string>();
        var links = new PassLinks(schedule.Shape);
        int[] made = new int[links.Products];
        for (int stage = 0; stage < schedule.Stages; stage++)
        {
            foreach (Pass pass in schedule.ByStage[stage])
            {
                if (pass.MicroBatch < 0 || pass.MicroBatch >= schedule.MicroBatches || pass.Chunk < 0 || pass.Chunk >= schedule.Chunks)
                {
                    problems.Add($"stage {stage} runs {pass}, which does not exist");
                    continue;
                }

                made[links.Product(stage, pass)]++;
                if (pass.Kind == PassKind.Backward)
                {
                    made[links.WeightProduct(stage, pass)]++;
                }
            }
        }

        foreach ((int stage, Pass pass) in Expected(schedule.Shape))
        {
            int times = made[links.Product(stage, pass)];
            if (times != 1)
            {
                problems.Add($"stage {stage} makes {pass} {times} times instead of once");
            }
        }

        return problems.ToImmutable();
    }

    private static IEnumerable<(int Stage, Pass Pass)> Expected(PipelineShape shape) =>
        from stage in Enumerable.Range(0, shape.Stages)
        from chunk in Enumerable.Range(0, shape.Chunks)
        from microBatch in Enumerable.Range(0, shape.MicroBatches)
        from kind in (PassKind[])[PassKind.Forward, PassKind.BackwardInput, PassKind.BackwardWeight]
        select (stage, new Pass(kind, microBatch, chunk));

    private static ImmutableArray<string> DeadlockProblems(PipelineSchedule schedule)
    {
        int[] reached = PipelineReplay.Walk(schedule, PassDurations.None(schedule), tally: null);
        return [.. Enumerable.Range(0, schedule.Stages)
            .Where(stage => reached[stage] < schedule.ByStage[stage].Length)
            .Select(stage => $"stage {stage} waits for ever before {schedule.ByStage[stage][reached[stage]]}")];
    }
}
