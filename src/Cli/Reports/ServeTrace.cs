using System.Collections.Immutable;
using System.Text.Json;
using LlmSim.Cli.Output;
using LlmSim.Model.Units;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Serving.Results;

namespace LlmSim.Cli.Reports;

/// <summary>A trace of a serving run in Chrome's JSON format, which Perfetto opens: each request as queue, prefill and decode on its replica, and counters.</summary>
/// <remarks>
/// Trace Event Format (Google): nestable async events "b" and "e" with an id, since requests of a replica overlap; counters "C", names "M"; times in microseconds.
/// Owns the open file.
/// </remarks>
internal sealed class ServeTrace : IDisposable
{
    private const double NanosecondsPerMicrosecond = 1000;

    private readonly FileStream _file;
    private readonly Utf8JsonWriter _json;
    private readonly ImmutableArray<RequestClass> _classes;

    /// <summary>A new file for a run of so many replicas.</summary>
    public ServeTrace(string path, int replicas, ImmutableArray<RequestClass> classes)
    {
        _file = File.Create(path);
        _json = new Utf8JsonWriter(_file);
        _classes = classes;
        _json.WriteStartObject();
        _json.WriteString("displayTimeUnit", "ms");
        _json.WriteStartArray("traceEvents");
        for (int replica = -1; replica < replicas; replica++)
        {
            Name(replica, replica < 0 ? "gate and load" : Words.Invariant($"replica {replica}"));
        }
    }

    /// <summary>Adds a request.</summary>
    public void Add(in RequestOutcome outcome)
    {
        string name = Words.Invariant($"request {outcome.Request.Id}, {outcome.Request.PromptTokens} + {outcome.Request.OutputTokens} tokens");
        Event("b", name, outcome, outcome.Request.Arrival);
        Phase("queue", outcome, outcome.Request.Arrival, outcome.FirstScheduled);
        Phase("prefill", outcome, outcome.FirstScheduled, outcome.FirstToken);
        Phase("decode", outcome, outcome.FirstToken, outcome.Finished);
        Event("e", name, outcome, outcome.Finished);
    }

    /// <summary>Adds the load over time and ends the file.</summary>
    public void Finish(ServeTimeline timeline)
    {
        foreach (TimelineSample sample in timeline.Samples)
        {
            Counter("requests", sample.Time, ("waiting", sample.Waiting), ("active", sample.Active));
            Counter("KV cache", sample.Time, ("used_percent", 100 * sample.KvUsed));
        }

        _json.WriteEndArray();
        _json.WriteEndObject();
        _json.Flush();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _json.Dispose();
        _file.Dispose();
    }

    private void Phase(string name, in RequestOutcome outcome, Instant start, Instant end)
    {
        if (start < outcome.Finished)
        {
            Event("b", name, outcome, start);
            Event("e", name, outcome, Instant.Min(end, outcome.Finished));
        }
    }

    private void Event(string kind, string name, in RequestOutcome outcome, Instant time)
    {
        _json.WriteStartObject();
        _json.WriteString("name", name);
        _json.WriteString("cat", _classes[Math.Min(outcome.Request.Class, _classes.Length - 1)].Name);
        _json.WriteString("ph", kind);
        _json.WriteNumber("id", outcome.Request.Id);
        _json.WriteNumber("ts", time.Nanoseconds / NanosecondsPerMicrosecond);
        Place(outcome.Replica);
        if (kind == "e")
        {
            _json.WriteStartObject("args");
            _json.WriteString("status", Words.Key(outcome.Status));
            _json.WriteNumber("preemptions", outcome.Preemptions);
            _json.WriteNumber("cached_tokens", outcome.CachedTokens);
            _json.WriteEndObject();
        }

        _json.WriteEndObject();
    }

    private void Counter(string name, Instant time, params ReadOnlySpan<(string Name, double Value)> values)
    {
        _json.WriteStartObject();
        _json.WriteString("name", name);
        _json.WriteString("ph", "C");
        _json.WriteNumber("ts", time.Nanoseconds / NanosecondsPerMicrosecond);
        Place(-1);
        _json.WriteStartObject("args");
        foreach ((string key, double value) in values)
        {
            _json.WriteNumber(key, value);
        }

        _json.WriteEndObject();
        _json.WriteEndObject();
    }

    private void Name(int replica, string name)
    {
        _json.WriteStartObject();
        _json.WriteString("name", "process_name");
        _json.WriteString("ph", "M");
        Place(replica);
        _json.WriteStartObject("args");
        _json.WriteString("name", name);
        _json.WriteEndObject();
        _json.WriteEndObject();
    }

    /// <summary>Replicas are processes counted from one; the gate before them is process zero.</summary>
    private void Place(int replica)
    {
        _json.WriteNumber("pid", replica + 1);
        _json.WriteNumber("tid", 0);
    }
}
