using System.Collections.Immutable;
using System.Text.Json;
using LlmSim.Model.Units;
using LlmSim.Schedules.Pipelines;
using LlmSim.Schedules.Training;

namespace LlmSim.Cli.Reports;

/// <summary>Traces in Chrome's JSON format, which Perfetto and chrome://tracing open: a row for each stage, a counter of what it holds.</summary>
/// <remarks>Trace Event Format (Google): complete events "X", counters "C", names "M"; times in microseconds.</remarks>
internal static class PipelineTrace
{
    private const double NanosecondsPerMicrosecond = 1000;

    /// <summary>Writes the passes of a trial.</summary>
    public static void Write(string path, ScheduleTrial trial) => Write(path, trial.Schedule, trial.Replay.Spans, []);

    /// <summary>Writes recorded passes, and the memory of each stage where it is known; otherwise the micro-batches that a stage holds.</summary>
    public static void Write(string path, PipelineSchedule schedule, ImmutableArray<PassSpan> spans, ImmutableArray<StageMemory> memory)
    {
        using FileStream file = File.Create(path);
        using var json = new Utf8JsonWriter(file);
        json.WriteStartObject();
        json.WriteString("displayTimeUnit", "ms");
        json.WriteStartArray("traceEvents");
        Name(json, "process_name", 0, schedule.Name);
        for (int stage = 0; stage < schedule.Stages; stage++)
        {
            Name(json, "thread_name", stage, $"stage {stage}");
        }

        foreach (PassSpan span in spans)
        {
            Pass(json, span);
        }

        foreach (StageMemory stage in memory)
        {
            foreach ((Instant time, Bytes size) in stage.Activations)
            {
                Counter(json, stage.Stage, time, "memory", ("standing_bytes", stage.Standing.Value), ("activation_bytes", size.Value));
            }
        }

        foreach ((int stage, Instant time, double live) in memory.IsEmpty ? LiveMicroBatches.Changes(schedule, spans) : [])
        {
            Counter(json, stage, time, "live micro-batches", ("micro_batches", live));
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Pass(Utf8JsonWriter json, in PassSpan span)
    {
        json.WriteStartObject();
        json.WriteString("name", span.Pass.ToString());
        json.WriteString("cat", Category(span.Pass.Kind));
        json.WriteString("ph", "X");
        json.WriteNumber("ts", span.Start.Nanoseconds / NanosecondsPerMicrosecond);
        json.WriteNumber("dur", (span.End.Nanoseconds - span.Start.Nanoseconds) / NanosecondsPerMicrosecond);
        Place(json, span.Stage);
        json.WriteStartObject("args");
        json.WriteNumber("micro_batch", span.Pass.MicroBatch);
        json.WriteNumber("chunk", span.Pass.Chunk);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Counter(Utf8JsonWriter json, int stage, Instant time, string name, params ReadOnlySpan<(string Name, double Value)> values)
    {
        json.WriteStartObject();
        json.WriteString("name", $"{name} of stage {stage}");
        json.WriteString("ph", "C");
        json.WriteNumber("ts", time.Nanoseconds / NanosecondsPerMicrosecond);
        Place(json, stage);
        json.WriteStartObject("args");
        foreach ((string key, double value) in values)
        {
            json.WriteNumber(key, value);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Name(Utf8JsonWriter json, string kind, int stage, string name)
    {
        json.WriteStartObject();
        json.WriteString("name", kind);
        json.WriteString("ph", "M");
        Place(json, stage);
        json.WriteStartObject("args");
        json.WriteString("name", name);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Place(Utf8JsonWriter json, int stage)
    {
        json.WriteNumber("pid", 0);
        json.WriteNumber("tid", stage);
    }

    private static string Category(PassKind kind) => kind switch
    {
        PassKind.Forward => "forward",
        PassKind.BackwardInput => "backward_input",
        PassKind.BackwardWeight => "backward_weight",
        PassKind.Backward => "backward",
        _ => "overlapped_pair",
    };
}
