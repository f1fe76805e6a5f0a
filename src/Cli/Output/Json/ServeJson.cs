using LlmSim.Model.Cost;
using LlmSim.Schedules.Serving;

namespace LlmSim.Cli.Output.Json;

/// <summary>The prediction of a serving run for programs.</summary>
internal static class ServeJson
{
    /// <summary>Writes the prediction.</summary>
    public static JsonAnswer Prediction(this JsonAnswer json, ServePrediction prediction, ServeBands bands, IEnumerable<string> notes) =>
        json.Serving(prediction, bands).Texts("notes", notes);

    /// <summary>Writes the prediction without its notes.</summary>
    public static JsonAnswer Serving(this JsonAnswer json, ServePrediction prediction, ServeBands bands)
    {
        ServeJob job = prediction.Job;
        ServeResult result = prediction.Result;
        Spending spending = ServeSpending.Of(prediction);
        return json
            .Text("kind", "serve")
            .Flag("feasible", true)
            .Setting(job.Architecture, job.Node.Accelerator, job.Devices, job.Layout, job.Efficiency)
            .Count("replicas", job.Settings.Replicas)
            .Object("requests", o => o.Requests(result.Requests))
            .Statistic("ttft_seconds", result.Ttft)
            .Statistic("tpot_seconds", result.Tpot)
            .Statistic("itl_seconds", result.Itl)
            .Statistic("e2e_seconds", result.EndToEnd)
            .Statistic("queue_seconds", result.Queue)
            .Number("output_tokens_per_second", result.OutputTokensPerSecond)
            .Number("total_tokens_per_second", result.TotalTokensPerSecond)
            .Number("requests_per_second", result.RequestsPerSecond)
            .Number("utilization", result.Utilisation)
            .Object("kv", o => o
                .Count("capacity_tokens", result.KvCapacityTokens)
                .Count("peak_tokens", result.KvPeakTokens)
                .Count("prompt_tokens", result.AdmittedTokens)
                .Count("prefix_cached_tokens", result.CachedTokens)
                .Number("prefix_hit_rate", result.PrefixHitRate)
                .Number("pool_bytes_per_device", prediction.Memory.Kv.Pool.Value)
                .Number("bytes_per_token_per_device", prediction.Memory.Kv.PerToken.Value))
            .Object("memory", o => o.Account(prediction.Memory.Account))
            .Cost(spending, isTraining: false)
            .Energy(spending, isTraining: false)
            .Object("run", o => o
                .Text("end", Words.Key(result.End))
                .Number("seconds", spending.Time.Value)
                .Number("makespan_seconds", result.Makespan.Value)
                .Count("output_tokens", result.OutputTokens)
                .Count("total_tokens", result.TotalTokens)
                .Count("iterations", result.Work.Steps)
                .Number("mean_batch_size", result.MeanBatchSize))
            .Object("mean_iteration_seconds", o => o.Parts(prediction.MeanStep))
            .Number("goodput_requests_per_second", result.Goodput)
            .Classes(result)
            .Saturation(result.Saturation)
            .Count("retries", result.Retries)
            .Object("rejections", o =>
            {
                foreach ((RejectionReason reason, long count) in result.Rejections)
                {
                    o.Count(Words.Key(reason), count);
                }
            })
            .Object("bands", o => o
                .Band("ttft_seconds", bands.Ttft)
                .Band("tpot_seconds", bands.Tpot)
                .Band("output_tokens_per_second", bands.OutputTokensPerSecond));
    }

    private static JsonAnswer Requests(this JsonAnswer json, RequestCounts counts) => json
        .Count("arrived", counts.Arrived)
        .Count("completed", counts.Completed)
        .Count("rejected", counts.Rejected)
        .Count("timed_out", counts.TimedOut)
        .Count("failed", counts.Failed)
        .Count("unfinished", counts.Unfinished)
        .Count("preempted", counts.Preempted);

    internal static JsonAnswer Statistic(this JsonAnswer json, string name, LatencyStatistic? statistic) => statistic is null
        ? json.Null(name)
        : json.Object(name, o => o
            .Number("mean", statistic.Mean.Value)
            .Number("p50", statistic.P50.Value)
            .Number("p90", statistic.P90.Value)
            .Number("p95", statistic.P95.Value)
            .Number("p99", statistic.P99.Value)
            .Number("max", statistic.Max.Value));
}
