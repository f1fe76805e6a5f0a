using System.Collections.Immutable;
using LlmSim.Model.Parallelism;

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

    /// <summary>What is wrong with a schedule where sends and receives block, each in the order of its stage; empty where all messages go through.</summary>
    /// <param name="schedule">A schedule without other problems.</param>
    /// <param name="ahead">Messages on the way from one stage to another that may wait for their receiver without holding up the sender.</param>
    public static ImmutableArray<string> MessageProblems(PipelineSchedule schedule, int ahead) => MessageOrder.Problems(schedule, ahead);

    /// <summary>Most micro-batches whose activations each stage keeps at once, in its order; a chunk counts 1/v.</summary>
    /// <remarks>A micro-batch counts from its forward; each of its two gradients releases half (Qi et al. 2023, section 2.2, takes both as equal).</remarks>
    public static ImmutableArray<double> PeakLiveMicroBatches(PipelineSchedule schedule) =>
        [.. schedule.ByStage.Select(passes => PeakHalves(passes) / (2d * schedule.Shape.StageParts))];

    /// <summary>What is wrong with a schedule under a limit of memory; empty where it keeps to it.</summary>
    /// <param name="schedule">A schedule without other problems.</param>
    /// <param name="limit">Most micro-batches whose activations a stage may hold, a whole stage counting 1.</param>
    public static string MemoryProblem(PipelineSchedule schedule, double limit)
    {
        ImmutableArray<double> peaks = PeakLiveMicroBatches(schedule);
        int fullest = peaks.IndexOf(peaks.Max());
        return peaks[fullest] <= limit
            ? string.Empty
            : $"{schedule.Name} holds {peaks[fullest]:0.##} micro-batches on stage {fullest}, more than the limit of {limit:0.##}";
    }

    private static int PeakHalves(ImmutableArray<Pass> passes)
    {
        int live = 0;
        int peak = 0;
        foreach (Pass pass in passes)
        {
            live += pass.IsForward ? 2 : 0;
            peak = Math.Max(peak, live);
            live -= (pass.IsBackward ? 1 : 0) + (pass.IsWeight ? 1 : 0);
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
        int[] copies = new int[schedule.MicroBatches];
        Array.Fill(copies, PassLinks.Nothing);
        for (int stage = 0; stage < schedule.Stages; stage++)
        {
            foreach (Pass pass in schedule.ByStage[stage])
            {
                CountPass(schedule.Shape, links, stage, pass, made, copies, problems);
            }
        }

        foreach ((int stage, Pass pass, int product) in Expected(schedule.Shape, links, copies).Where(e => made[e.Product] != 1))
        {
            problems.Add($"stage {stage} makes {pass} {made[product]} times instead of once");
        }

        return problems.ToImmutable();
    }

    private static void CountPass(
        PipelineShape shape, PassLinks links, int stage, Pass pass, int[] made, int[] copies, ImmutableArray<string>.Builder problems)
    {
        if (!Exists(shape, pass) || !Exists(shape, pass.BackwardPart))
        {
            problems.Add($"stage {stage} runs {pass}, which does not exist");
            return;
        }

        foreach (Pass part in pass.Kind == PassKind.Overlapped ? [pass, pass.BackwardPart] : (ReadOnlySpan<Pass>)[pass])
        {
            bool isFirst = copies[part.MicroBatch] == PassLinks.Nothing;
            copies[part.MicroBatch] = isFirst ? part.Chunk : copies[part.MicroBatch];
            if (shape.Placement == ChunkPlacement.Bidirectional && copies[part.MicroBatch] != part.Chunk)
            {
                problems.Add($"stage {stage} runs {pass} on another copy of the model than the micro-batch's other passes");
            }
        }

        made[links.Activations(stage, pass)] += pass.IsForward ? 1 : 0;
        made[links.InputGradient(stage, pass)] += pass.IsBackward ? 1 : 0;
        made[links.WeightGradient(stage, pass)] += pass.IsWeight ? 1 : 0;
    }

    private static bool Exists(PipelineShape shape, Pass pass) =>
        pass.MicroBatch >= 0 && pass.MicroBatch < shape.MicroBatches && pass.Chunk >= 0 && pass.Chunk < shape.Chunks;

    /// <summary>The passes that must be made; under a bidirectional placement only those of the copy that a micro-batch takes.</summary>
    private static IEnumerable<(int Stage, Pass Pass, int Product)> Expected(PipelineShape shape, PassLinks links, int[] copies)
    {
        for (int stage = 0; stage < shape.Stages; stage++)
        {
            for (int chunk = 0; chunk < shape.Chunks; chunk++)
            {
                for (int microBatch = 0; microBatch < shape.MicroBatches; microBatch++)
                {
                    if (shape.Placement == ChunkPlacement.Bidirectional && Math.Max(0, copies[microBatch]) != chunk)
                    {
                        continue;
                    }

                    var forward = new Pass(PassKind.Forward, microBatch, chunk);
                    var input = new Pass(PassKind.BackwardInput, microBatch, chunk);
                    var weight = new Pass(PassKind.BackwardWeight, microBatch, chunk);
                    yield return (stage, forward, links.Activations(stage, forward));
                    yield return (stage, input, links.InputGradient(stage, input));
                    yield return (stage, weight, links.WeightGradient(stage, weight));
                }
            }
        }
    }

    private static ImmutableArray<string> DeadlockProblems(PipelineSchedule schedule)
    {
        int[] reached = PipelineReplay.Walk(schedule, PassDurations.None(schedule), tally: null);
        return [.. Enumerable.Range(0, schedule.Stages)
            .Where(stage => reached[stage] < schedule.ByStage[stage].Length)
            .Select(stage => $"stage {stage} waits for ever before {schedule.ByStage[stage][reached[stage]]}")];
    }
}
