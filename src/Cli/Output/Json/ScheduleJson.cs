using System.Collections.Immutable;
using LlmSim.Cli.Commands;
using LlmSim.Schedules.Pipelines;

namespace LlmSim.Cli.Output.Json;

/// <summary>Pipeline schedules for programs.</summary>
internal static class ScheduleJson
{
    /// <summary>One schedule.</summary>
    public static JsonAnswer Trial(this JsonAnswer json, ScheduleTrial trial) => json
        .Text("kind", "schedule")
        .Question(trial.Question)
        .Results(trial)
        .Numbers("idle_seconds", [.. trial.Replay.IdleByStage.Select(static idle => idle.Value)])
        .Numbers("peak_live_microbatches", [.. trial.Replay.PeakLiveMicroBatchesByStage]);

    /// <summary>All schedules.</summary>
    public static JsonAnswer Trials(this JsonAnswer json, ScheduleQuestion question, ImmutableArray<ScheduleEntry> entries) => json
        .Text("kind", "schedule_comparison")
        .Question(question)
        .List("schedules", entries, static (item, entry) =>
        {
            if (entry.Trial is ScheduleTrial trial)
            {
                item.Results(trial).Number("peak_live_microbatches", trial.Replay.PeakLiveMicroBatchesByStage.Max());
            }
            else
            {
                item.Text("schedule", entry.Name).Flag("feasible", false).Text("reason", entry.Problem);
            }
        });

    private static JsonAnswer Question(this JsonAnswer json, ScheduleQuestion question) => json
        .Count("stages", question.Stages)
        .Count("microbatches", question.MicroBatches)
        .Number("forward_seconds", question.Stage.Forward.Value)
        .Number("backward_input_seconds", question.Stage.BackwardInput.Value)
        .Number("backward_weight_seconds", question.Stage.BackwardWeight.Value)
        .Number("transfer_seconds", question.Transfer.Value)
        .Number("overlapped_pair_seconds", (question.OverlappedPair ?? question.Stage.Whole).Value)
        .Number("memory_limit", question.MemoryLimit);

    private static JsonAnswer Results(this JsonAnswer json, ScheduleTrial trial) => json
        .Text("schedule", trial.Schedule.Name)
        .Flag("feasible", true)
        .Count("chunks", trial.Schedule.Chunks)
        .Number("span_seconds", trial.Replay.Span.Value)
        .Number("makespan_seconds", trial.Replay.Makespan.Value)
        .Number("step_seconds", trial.Step.Value)
        .Number("bubble_fraction", trial.BubbleFraction)
        .Number("traffic_relative_to_1f1b", trial.Traffic)
        .Count("parameter_copies", trial.Schedule.ParameterCopies);
}
