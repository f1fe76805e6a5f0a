using LlmSim.Schedules.Serving;

namespace LlmSim.Validation.Measurements.Serving;

/// <summary>What tables of servers measure, in seconds, tokens a second or requests a second.</summary>
/// <remarks>A latency without a suffix is a mean over requests, or that of one request.</remarks>
public static class ServeMetrics
{
    /// <summary>Time to first token.</summary>
    public const string Ttft = "ttft_seconds";

    /// <summary>Time per output token after the first: (last - first) / (outputs - 1) of each request.</summary>
    public const string Tpot = "tpot_seconds";

    /// <summary>Time between two tokens of a request, over all tokens.</summary>
    public const string Itl = "itl_seconds";

    /// <summary>Time from sending a request to its last token.</summary>
    public const string EndToEnd = "e2e_seconds";

    /// <summary>Output tokens a second from the first arrival to the last completion.</summary>
    public const string OutputRate = "output_tokens_per_second";

    /// <summary>Prompt and output tokens a second.</summary>
    public const string TotalRate = "total_tokens_per_second";

    /// <summary>Requests a second.</summary>
    public const string RequestRate = "requests_per_second";

    /// <summary>Tokens that the KV cache of one replica holds.</summary>
    public const string KvCapacity = "kv_capacity_tokens";

    /// <summary>The value of a metric in a simulated run; not a number where it has none.</summary>
    /// <param name="metric">A metric above; a latency may end in <c>_mean</c>, <c>_p50</c>, <c>_p90</c>, <c>_p95</c> or <c>_p99</c>.</param>
    /// <param name="result">The run.</param>
    public static double Of(string metric, ServeResult result) => metric switch
    {
        OutputRate => result.OutputTokensPerSecond,
        TotalRate => result.TotalTokensPerSecond,
        RequestRate => result.RequestsPerSecond,
        KvCapacity => result.KvCapacityTokens,
        _ => Latency(metric, result),
    };

    private static double Latency(string metric, ServeResult result)
    {
        int end = metric.LastIndexOf("_seconds", StringComparison.Ordinal) + "_seconds".Length;
        LatencyStatistic? statistic = metric[..end] switch
        {
            Ttft => result.Ttft,
            Tpot => result.Tpot,
            Itl => result.Itl,
            EndToEnd => result.EndToEnd,
            _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "No such metric of a server."),
        };
        return statistic is null ? double.NaN : metric[end..] switch
        {
            "" or "_mean" => statistic.Mean.Value,
            "_p50" => statistic.P50.Value,
            "_p90" => statistic.P90.Value,
            "_p95" => statistic.P95.Value,
            "_p99" => statistic.P99.Value,
            _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "No such statistic of a server's latency."),
        };
    }
}
