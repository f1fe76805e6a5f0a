using System.Collections.Immutable;
using System.Text.Json;
using LlmSim.Model.Units;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Traffic;
using LlmSim.Validation.Measurements.Kernels;

namespace LlmSim.Validation.Measurements.Serving;

/// <summary>Runs of a server request by request: one JSON object a request, with the engine's settings in <c>meta.json</c> beside the file.</summary>
public sealed class RequestRunReader : IMeasurementReader
{
    private const string Settings = "meta.json";
    private const string Machine = "config.json";

    private static readonly ImmutableArray<string> Metrics = [ServeMetrics.Ttft, ServeMetrics.Tpot, ServeMetrics.EndToEnd];

    /// <inheritdoc/>
    public string Name => "requests";

    /// <inheritdoc/>
    public string Title =>
        "a run of a server request by request (JSON lines; engine_kwargs, hardware.device_name and kv_cache in meta.json beside it): "
        + "each request's latencies, and their statistics";

    /// <inheritdoc/>
    public TableFormat Format => TableFormat.JsonLines;

    /// <inheritdoc/>
    public ImmutableArray<MeasuredColumn> Columns { get; } =
    [
        KernelColumns.Option("request_id", string.Empty, "name of the request"),
        KernelColumns.Size("input_toks", "tokens", "tokens of the prompt"),
        KernelColumns.Size("output_toks", "tokens", "tokens that came out"),
        new("arrival_time", "s", true, "when the request arrived, by a clock of its own"),
        new("queued_ts", "s", true, "when the engine took it into its queue, by the clock of the two below"),
        new("first_token_ts", "s", true, "when its first token came out", true),
        new("last_token_ts", "s", true, "when its last token came out", true),
    ];

    /// <inheritdoc/>
    public IEnumerable<MeasuredRow> Read(MeasurementInput input)
    {
        var taken = new List<Taken>();
        MeasuredCells? last = null;
        foreach (MeasuredCells cells in input.Rows())
        {
            last = cells;
            MeasuredRow row = Row(cells, out Taken request);
            if (row.Skipped is not null)
            {
                yield return row;
            }
            else
            {
                taken.Add(request with { Row = row });
            }
        }

        if (last is null || taken.Count == 0)
        {
            yield break;
        }

        foreach (MeasuredRow row in Rows(input, last, taken))
        {
            yield return row;
        }
    }

    private static MeasuredRow Row(MeasuredCells cells, out Taken request)
    {
        request = new Taken(
            cells.Count("input_toks"),
            cells.Count("output_toks"),
            cells.Number("arrival_time"),
            cells.Number("queued_ts"),
            cells.Number("first_token_ts"),
            cells.Number("last_token_ts"));
        if (cells.IsSound && (request.First < request.Queued || request.Last < request.First))
        {
            cells.Skip(SkipReasons.BadMeasurement, "times run backwards; legal is queued_ts <= first_token_ts <= last_token_ts");
        }

        string name = cells.Text("request_id");
        MeasuredRow row = cells.Row(Metrics[0], double.NaN, null);
        return name.Length > 0 ? row with { Id = name } : row;
    }

    /// <summary>Three rows a request, then the statistics of all.</summary>
    private static IEnumerable<MeasuredRow> Rows(MeasurementInput input, MeasuredCells cells, List<Taken> taken)
    {
        using JsonDocument? settings = input.Sibling(Settings);
        using JsonDocument? machine = input.Sibling(Machine);
        using JsonDocument? sidecar = input.Sibling(ServerKeys.Sidecar);
        JsonElement meta = settings?.RootElement ?? default;
        var keys = new ServerKeys(
            input.Head,
            taken[0].Row.Line,
            sidecar?.RootElement ?? default,
            meta.At("engine_kwargs"),
            meta.At("kv_cache"),
            meta.At("hardware"),
            meta.At("resolved_config", "scheduler_config"),
            meta,
            (machine?.RootElement ?? default).At("nodes").First().At("instances").First());
        double offset = taken.Min(static request => request.Queued - request.Arrival);
        Taken[] ordered = [.. taken.OrderBy(static request => request.Arrival)];
        int prompt = ordered.Max(static request => request.Prompt);
        int output = ordered.Max(static request => request.Output);
        var load = new ServerLoad(ordered.Length, ordered.Length, prompt, output);
        ServeJob? job = keys.Read(cells, load);
        ServeWork? run = job is null ? null : new ServeWork(job with { Settings = job.Settings with { Path = RequestPath.None } }, Traffic(ordered));
        MeasuredRow common = ordered[0].Row with
        {
            Gpu = keys.Text("gpu"),
            Format = keys.Text("precision"),
            Source = Path.GetFileName(Path.GetDirectoryName(input.Head.Path)) ?? string.Empty,
            Group = keys.Text("model"),
            Skipped = run is null ? cells.Skipped : null,
        };
        return OfRequests(common, ordered, offset, run).Concat(OfAll(common, ordered, offset, run)).Concat(OfCache(common, meta, run));
    }

    private static IEnumerable<MeasuredRow> OfRequests(MeasuredRow common, Taken[] ordered, double offset, ServeWork? run)
    {
        for (int i = 0; i < ordered.Length; i++)
        {
            foreach (string metric in Metrics)
            {
                double measured = ordered[i].Of(metric, offset);
                if (measured > 0)
                {
                    MeasuredRow row = ordered[i].Row;
                    RequestWork? work = run is null ? null : new RequestWork(run, i);
                    yield return common with { Line = row.Line, Id = row.Id, Metric = metric, Measured = measured, Variant = "request", Work = work };
                }
            }
        }
    }

    private static IEnumerable<MeasuredRow> OfAll(MeasuredRow common, Taken[] ordered, double offset, ServeWork? run) =>
        Metrics
            .SelectMany(metric => LatencySamples.Of(metric, ordered.Select(request => request.Of(metric, offset)).Where(static value => value > 0)))
            .Select(statistic => common with { Id = "all", Metric = statistic.Metric, Measured = statistic.Value, Variant = "run", Work = run });

    /// <summary>The cache that the engine itself reported.</summary>
    private static IEnumerable<MeasuredRow> OfCache(MeasuredRow common, JsonElement meta, ServeWork? run) =>
        meta.At("kv_cache", "num_kv_tokens").Number() is double count and > 0
            ? [common with { Id = "all", Metric = ServeMetrics.KvCapacity, Measured = count, Variant = "run", Work = run }]
            : [];

    private static RecordedTraffic Traffic(Taken[] ordered) => new(
    [
        .. ordered.Select((request, i) => new Request
        {
            Id = i,
            Arrival = Instant.At(Seconds.From(request.Arrival - ordered[0].Arrival)),
            PromptTokens = request.Prompt,
            OutputTokens = request.Output,
            PrefixBlocks = [],
        }),
    ]);

    /// <summary>One line of the file.</summary>
    private sealed record Taken(int Prompt, int Output, double Arrival, double Queued, double First, double Last)
    {
        /// <summary>The line as a row.</summary>
        public MeasuredRow Row { get; init; } = null!;

        /// <summary>A latency in seconds; not a number where it has none.</summary>
        /// <param name="metric">The metric.</param>
        /// <param name="offset">What to add to the clock of arrivals: none is queued before it arrives, and an idle engine queues at once.</param>
        public double Of(string metric, double offset) => metric switch
        {
            ServeMetrics.Ttft => First - Arrival - offset,
            ServeMetrics.Tpot => Output > 1 ? (Last - First) / (Output - 1) : double.NaN,
            _ => Last - Arrival - offset,
        };
    }
}
