using System.Collections.Immutable;
using System.Text.Json;
using LlmSim.Validation.Measurements.Kernels;

namespace LlmSim.Validation.Measurements.Serving;

/// <summary>Reports of guidellm: several benchmarks of one server, each under another load.</summary>
public sealed class GuideLlmReader : IMeasurementReader
{
    private const double Milli = 1e-3;

    /// <summary>guidellm's inter-token latency of a request is (last - first) / (outputs - 1): the time per output token of everybody else.</summary>
    private static readonly ImmutableArray<(string Metric, string Key, double Unit)> Latencies =
    [
        (ServeMetrics.Ttft, "time_to_first_token_ms", Milli),
        (ServeMetrics.Tpot, "inter_token_latency_ms", Milli),
        (ServeMetrics.EndToEnd, "request_latency", 1),
    ];

    private static readonly ImmutableArray<(string Metric, string Key)> Rates =
    [
        (ServeMetrics.RequestRate, "requests_per_second"),
        (ServeMetrics.OutputRate, "output_tokens_per_second"),
        (ServeMetrics.TotalRate, "tokens_per_second"),
    ];

    private static readonly ImmutableArray<string> Percentiles = ["p90", "p95", "p99"];

    /// <inheritdoc/>
    public string Name => "guidellm";

    /// <inheritdoc/>
    public string Title => "a report of guidellm; gpu, tensor_parallel_size, dtype and the like in server.json or NAME.server.json beside it";

    /// <inheritdoc/>
    public TableFormat Format => TableFormat.Json;

    /// <inheritdoc/>
    public ImmutableArray<MeasuredColumn> Columns { get; } =
    [
        new("benchmarks", string.Empty, true, "each with its strategy under config or args, and what successful requests saw under metrics", true),
    ];

    /// <inheritdoc/>
    public bool Reads(TableHead head) => head.Format == Format && head.Has("benchmarks");

    /// <inheritdoc/>
    public IEnumerable<MeasuredRow> Read(MeasurementInput input)
    {
        foreach (MeasuredCells cells in input.Rows())
        {
            JsonElement benchmarks = cells.Json.At("benchmarks");
            if (benchmarks.ValueKind != JsonValueKind.Array || benchmarks.GetArrayLength() == 0)
            {
                cells.Skip(SkipReasons.BadValue, "no benchmark in the report");
                yield return cells.Row(string.Empty, double.NaN, null);
                continue;
            }

            int index = 0;
            foreach (JsonElement benchmark in benchmarks.EnumerateArray())
            {
                cells.BeginPart();
                JsonElement metrics = benchmark.At("metrics");
                ResultLoad load = Load(cells, metrics, Strategy(benchmark));
                string id = FormattableString.Invariant($"benchmark {index++}");
                JsonElement[] described = [benchmark.At("config", "backend"), benchmark.At("worker"), cells.Json.At("args"), cells.Json];
                foreach (MeasuredRow row in ResultRows.Of(input, cells, id, load, Metrics(metrics), described))
                {
                    yield return row;
                }
            }
        }
    }

    private static JsonElement Strategy(JsonElement benchmark) =>
        benchmark.At("config", "strategy") is { ValueKind: JsonValueKind.Object } present ? present : benchmark.At("args", "strategy");

    private static ResultLoad Load(MeasuredCells cells, JsonElement metrics, JsonElement strategy)
    {
        JsonElement lengths = metrics.At("prompt_token_count", "successful");
        double prompt = lengths.At("mean").Number() ?? 0;
        double output = metrics.At("output_token_count", "successful", "mean").Number() ?? 0;
        var load = new ResultLoad((int)Math.Clamp(lengths.At("count").Number() ?? 0, 0, int.MaxValue), prompt, output);
        string kind = strategy.At("type_") is { ValueKind: JsonValueKind.String } name ? name.GetString()! : string.Empty;
        double? stated = strategy.At("max_concurrency").Number() ?? strategy.At("streams").Number();
        int? limit = stated is double clients and >= 1 and <= int.MaxValue ? (int)clients : null;
        double? rate = strategy.At("rate").Number() is double perSecond and > 0 ? perSecond : null;
        switch (kind)
        {
            case "synchronous":
                return load with { Clients = 1 };
            case "concurrent" when limit is not null:
                return load with { Clients = limit };
            case "throughput":
                return load with { Clients = limit };
            case "constant" when rate is not null:
                return load with { Rate = rate, Variation = 0 };
            case "poisson" or "async" when rate is not null:
                return load with { Rate = rate };
            default:
                cells.Skip(
                    SkipReasons.BadValue,
                    $"strategy '{kind}'; legal are synchronous, concurrent (with streams), throughput, constant (with rate) and poisson (with rate)");
                return load;
        }
    }

    private static ImmutableArray<(string Metric, double Value)> Metrics(JsonElement metrics)
    {
        var found = ImmutableArray.CreateBuilder<(string Metric, double Value)>();
        foreach ((string metric, string key, double unit) in Latencies)
        {
            JsonElement values = metrics.At(key, "successful");
            Add(metric + "_mean", values.At("mean").Number() * unit);
            Add(metric + "_p50", values.At("median").Number() * unit);
            foreach (string percentile in Percentiles)
            {
                Add(metric + "_" + percentile, values.At("percentiles", percentile).Number() * unit);
            }
        }

        foreach ((string metric, string key) in Rates)
        {
            Add(metric, metrics.At(key, "successful", "mean").Number());
        }

        return found.ToImmutable();

        void Add(string metric, double? value)
        {
            if (value is double number && !(number == 0 && metric.StartsWith(ServeMetrics.Tpot, StringComparison.Ordinal)))
            {
                found.Add((metric, number));
            }
        }
    }
}
