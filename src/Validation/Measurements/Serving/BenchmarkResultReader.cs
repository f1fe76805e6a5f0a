using System.Collections.Immutable;
using System.Text.Json;
using LlmSim.Validation.Measurements.Kernels;

namespace LlmSim.Validation.Measurements.Serving;

/// <summary>Result files of vLLM's serving benchmark (<c>vllm bench serve --save-result</c>), and of SGLang's, which has the same keys.</summary>
public sealed class BenchmarkResultReader : IMeasurementReader
{
    private const double Milli = 1e-3;

    private static readonly ImmutableArray<(string Metric, string Key)> Latencies =
    [
        (ServeMetrics.Ttft, "ttft_ms"),
        (ServeMetrics.Tpot, "tpot_ms"),
        (ServeMetrics.Itl, "itl_ms"),
        (ServeMetrics.EndToEnd, "e2el_ms"),
        (ServeMetrics.EndToEnd, "e2e_latency_ms"),
    ];

    private static readonly ImmutableArray<(string Suffix, string Key)> Statistics =
        [("_mean", "mean_"), ("_p50", "median_"), ("_p90", "p90_"), ("_p95", "p95_"), ("_p99", "p99_")];

    private static readonly ImmutableArray<(string Metric, string Key)> Rates =
    [
        (ServeMetrics.RequestRate, "request_throughput"),
        (ServeMetrics.OutputRate, "output_throughput"),
        (ServeMetrics.TotalRate, "total_token_throughput"),
    ];

    /// <inheritdoc/>
    public string Name => "vllm-benchmark";

    /// <inheritdoc/>
    public string Title =>
        "one run of vLLM's or SGLang's serving benchmark; gpu, tensor_parallel_size, dtype and the like in the file (--metadata gpu=h100-sxm) "
        + "or in server.json or NAME.server.json beside it";

    /// <inheritdoc/>
    public TableFormat Format => TableFormat.Json;

    /// <inheritdoc/>
    public ImmutableArray<MeasuredColumn> Columns { get; } =
    [
        KernelColumns.Size("completed", "requests", "requests that were answered"),
        KernelColumns.Size("total_input_tokens", "tokens", "tokens of all prompts"),
        KernelColumns.Size("total_output_tokens", "tokens", "tokens of all outputs"),
        new("mean_ttft_ms", "ms", true, "mean time to first token; likewise tpot, itl and e2el, as mean, median, p90, p95 and p99", true),
        KernelColumns.Option("model_id", string.Empty, "model by catalog key, repository or alias"),
        KernelColumns.Option("request_rate", "requests/s", "mean rate of arrivals; inf or absent: as soon as a client is free"),
        KernelColumns.Option("burstiness", string.Empty, "shape of the gamma distribution of the gaps; absent: 1, which is Poisson"),
        KernelColumns.Option("max_concurrency", "clients", "requests under way at most; absent: no limit"),
        KernelColumns.Option("input_lens", "tokens", "prompt tokens of each request (--save-detailed); absent: all have the mean"),
        KernelColumns.Option("output_lens", "tokens", "output tokens of each request"),
    ];

    /// <inheritdoc/>
    public bool Reads(TableHead head) =>
        head.Format is TableFormat.Json or TableFormat.JsonLines && Columns.All(column => !column.Required || head.Has(column.Name));

    /// <inheritdoc/>
    public IEnumerable<MeasuredRow> Read(MeasurementInput input) =>
        input.Rows().SelectMany(cells => ResultRows.Of(input, cells, Id(cells), Load(cells), Metrics(cells.Json), cells.Json));

    private static string Id(MeasuredCells cells) => cells.First("label", "date") is { Length: > 0 } name ? name : cells.Table;

    private static ResultLoad Load(MeasuredCells cells)
    {
        int requests = cells.Count("completed");
        JsonElement result = cells.Json;
        double variation = result.At("burstiness").Number() is double shape and > 0 ? 1 / Math.Sqrt(shape) : 1;
        return new ResultLoad(requests, cells.Number("total_input_tokens") / requests, cells.Number("total_output_tokens") / requests)
        {
            Clients = cells.Text("max_concurrency").Length > 0 ? cells.Count("max_concurrency") : null,
            Rate = result.At("request_rate").Number(),
            Variation = variation,
            Prompts = result.At("input_lens").Counts(requests),
            Outputs = result.At("output_lens").Counts(requests),
        };
    }

    private static ImmutableArray<(string Metric, double Value)> Metrics(JsonElement result)
    {
        var metrics = ImmutableArray.CreateBuilder<(string Metric, double Value)>();
        foreach ((string metric, string key) in Latencies)
        {
            foreach ((string suffix, string statistic) in Statistics)
            {
                // Runs of one output token have no time per token; their zeros say so.
                if (result.At(statistic + key).Number() is double value && !(value == 0 && metric is ServeMetrics.Tpot or ServeMetrics.Itl))
                {
                    metrics.Add((metric + suffix, value * Milli));
                }
            }
        }

        foreach ((string metric, string key) in Rates)
        {
            if (result.At(key).Number() is double value)
            {
                metrics.Add((metric, value));
            }
        }

        return metrics.ToImmutable();
    }
}
