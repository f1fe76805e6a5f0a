using System.Collections.Immutable;
using LlmSim.Cli.Output;
using LlmSim.Model.Units;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Serving.Results;
using LlmSim.Schedules.Traffic;

namespace LlmSim.Cli.Reports;

/// <summary>Tables of a serving run: its requests one by one, and the state of the system over time.</summary>
internal static class ServeTables
{
    /// <summary>An empty table of requests, in order of ending; times in seconds.</summary>
    public static CsvFile Requests(string path) => new(
        path, "id", "class", "user", "session", "attempt", "status", "reason", "replica", "prompt_tokens", "cached_tokens", "output_tokens", "produced_tokens",
        "preemptions", "arrival_s", "scheduled_s", "first_token_s", "finished_s", "queue_s", "ttft_s", "tpot_s", "e2e_s");

    /// <summary>Adds a request.</summary>
    public static void Add(this CsvFile table, in RequestOutcome outcome, ImmutableArray<RequestClass> classes)
    {
        Request request = outcome.Request;
        table.Row(
            CsvFile.Cell(request.Id), classes[Math.Min(request.Class, classes.Length - 1)].Name, CsvFile.Cell(request.User), CsvFile.Cell(request.Session),
            CsvFile.Cell(request.Attempt), Words.Key(outcome.Status), outcome.Rejection is RejectionReason reason ? Words.Key(reason) : string.Empty,
            outcome.Replica < 0 ? string.Empty : CsvFile.Cell(outcome.Replica), CsvFile.Cell(request.PromptTokens), CsvFile.Cell(outcome.CachedTokens),
            CsvFile.Cell(request.OutputTokens), CsvFile.Cell(outcome.ProducedTokens), CsvFile.Cell(outcome.Preemptions), CsvFile.Cell(request.Arrival),
            CsvFile.Cell(outcome.FirstScheduled), CsvFile.Cell(outcome.FirstToken), CsvFile.Cell(outcome.Finished),
            Since(request.Arrival, outcome.FirstScheduled), Since(request.Arrival, outcome.FirstToken), TimePerToken(outcome),
            Since(request.Arrival, outcome.Finished));
    }

    /// <summary>Writes a timeline: states at each moment, and rates over the time since the row before.</summary>
    public static void Write(string path, ServeTimeline timeline)
    {
        using CsvFile table = new(
            path, "time_s", "waiting", "active", "kv_used", "arrived", "completed", "rejected", "timed_out", "mean_batch", "prefill_tokens_per_s",
            "decode_tokens_per_s", "busy_replicas");
        TimelineSample before = default;
        foreach (TimelineSample now in timeline.Samples)
        {
            double seconds = Math.Max(1e-9, (now.Time - before.Time).Value);
            long steps = now.Work.Steps - before.Work.Steps;
            double batch = steps > 0 ? (double)(now.Work.SequenceSteps - before.Work.SequenceSteps) / steps : 0;
            table.Row(
                CsvFile.Cell(now.Time), CsvFile.Cell(now.Waiting), CsvFile.Cell(now.Active), CsvFile.Cell(now.KvUsed), CsvFile.Cell(now.Arrived),
                CsvFile.Cell(now.Completed), CsvFile.Cell(now.Rejected), CsvFile.Cell(now.TimedOut), CsvFile.Cell(batch),
                CsvFile.Cell((now.Work.PrefillTokens - before.Work.PrefillTokens) / seconds),
                CsvFile.Cell((now.Work.DecodeTokens - before.Work.DecodeTokens) / seconds),
                CsvFile.Cell((now.Work.BusyNanoseconds - before.Work.BusyNanoseconds) * 1e-9 / seconds));
            before = now;
        }
    }

    private static string Since(Instant start, Instant end) =>
        end == Instant.Never ? string.Empty : CsvFile.Cell(new Instant(end.Nanoseconds - start.Nanoseconds));

    private static string TimePerToken(in RequestOutcome outcome) => outcome is { Status: RequestStatus.Completed, ProducedTokens: > 1 }
        ? CsvFile.Cell(((outcome.Finished - outcome.FirstToken) / (outcome.ProducedTokens - 1)).Value) : string.Empty;
}
