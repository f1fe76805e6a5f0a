using System.Collections.Immutable;
using LlmSim.Cli.Commands;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;
using LlmSim.Schedules.Pipelines;

namespace LlmSim.Cli.Output.Pages;

/// <summary>Pipeline schedules for people.</summary>
internal static class SchedulePage
{
    private const int MostStages = 16;

    /// <summary>One schedule.</summary>
    public static Page Trial(this Page page, ScheduleTrial trial)
    {
        PipelineReplayResult replay = trial.Replay;
        _ = PipelineSchedules.TryFind(trial.Schedule.Name, out IScheduleGenerator? generator);
        page.Title(trial.Schedule.Name, $"{generator!.Meaning} ({generator.Source})").Asked(trial.Question)
            .Heading("Answer")
            .Facts(
                ("span", replay.Span.ToString(), "the longest time of any stage between its first and last pass"),
                ("makespan", replay.Makespan.ToString(), "from the first pass of any stage to the last"),
                ("bubble", Words.Percent(trial.BubbleFraction), "of the span beyond the work of all micro-batches on one stage"),
                ("activations", $"{trial.Replay.PeakLiveMicroBatchesByStage.Max():0.##} micro-batches", "most that a stage holds at once"),
                ("parameters", Words.Copies(trial.Schedule.ParameterCopies), "kept by the stage with most of them"),
                ("traffic", Words.Invariant($"{trial.Traffic:0.##} ×"), "messages between stages relative to 1F1B"));
        if (trial.Schedule.Flushless)
        {
            page.Remark($"Nothing is flushed between steps: filling and draining are paid once, and a step costs {trial.Step} in the long run.");
        }

        page.Heading("Stages").Table(
            ["stage", ">idle", ">of span", ">micro-batches held"],
            replay.IdleByStage.Take(MostStages).Select((idle, stage) => (IReadOnlyList<string>)
            [
                Words.Invariant($"{stage}"), idle.ToString(), Words.Percent(replay.Span > Seconds.Zero ? idle / replay.Span : 0),
                Words.Invariant($"{replay.PeakLiveMicroBatchesByStage[stage]:0.##}"),
            ]));
        return replay.IdleByStage.Length > MostStages ? page.Remark($"{replay.IdleByStage.Length - MostStages} more stages: see --json.") : page;
    }

    /// <summary>All schedules, the shortest first.</summary>
    public static Page Trials(this Page page, ScheduleQuestion question, ImmutableArray<ScheduleEntry> entries)
    {
        ScheduleTrial[] trials = [.. entries.Select(static entry => entry.Trial).OfType<ScheduleTrial>().OrderBy(static trial => trial.Step)];
        return page.Title("Pipeline schedules", Words.Invariant($"{trials.Length} of {entries.Length} are legal here")).Asked(question)
            .Heading("Comparison")
            .Table(
                ["schedule", ">span", ">bubble", ">activations", ">parameters", ">~traffic"],
                trials.Select(static trial => (IReadOnlyList<string>)
                [
                    trial.Schedule.Name + (trial.Schedule.Chunks > 1 && trial.Schedule.Shape.Placement == ChunkPlacement.Looping ? Words.Invariant($" ({trial.Schedule.Chunks} chunks)") : string.Empty),
                    trial.Replay.Span.ToString(), Words.Percent(trial.BubbleFraction),
                    Words.Invariant($"{trial.Replay.PeakLiveMicroBatchesByStage.Max():0.##}"), Words.Invariant($"{trial.Schedule.ParameterCopies} ×"),
                    Words.Invariant($"{trial.Traffic:0.##} ×"),
                ]))
            .Remark("span: longest time of any stage; activations: micro-batches on the fullest stage; traffic: messages relative to 1F1B")
            .Notes("Not legal here", entries.Where(static entry => entry.Trial is null).Select(static entry => entry.Problem));
    }

    private static Page Asked(this Page page, ScheduleQuestion question)
    {
        string pair = question.OverlappedPair is { } time ? $", overlapped pair {time}" : string.Empty;
        return page
            .Line(Words.Invariant($"{question.Stages} {(question.Stages == 1 ? "stage" : "stages")}, {question.MicroBatches} micro-batches"))
            .Line($"a stage and micro-batch: forward {question.Stage.Forward}, backward {question.Stage.BackwardInput} (inputs) + {question.Stage.BackwardWeight} (weights), hop {question.Transfer}{pair}");
    }
}
