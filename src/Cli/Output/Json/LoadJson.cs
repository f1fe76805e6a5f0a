using LlmSim.Planning.Load;
using LlmSim.Schedules.Serving;

namespace LlmSim.Cli.Output.Json;

/// <summary>A load test for programs.</summary>
internal static class LoadJson
{
    /// <summary>Writes the test.</summary>
    public static JsonAnswer Load(this JsonAnswer json, LoadCurve curve, string unit) => json
        .Text("kind", "load")
        .Flag("feasible", true)
        .Text("unit", unit)
        .Number("capacity_requests_per_second", curve.Capacity)
        .Number("saturation_load", curve.Saturation?.Load)
        .Number("overload_load", curve.Overload?.Load)
        .Number("knee_load", curve.Knee?.Load)
        .Number("kept_load", curve.Kept?.Load)
        .List("points", curve.Points, static (o, point) => Point(o, point));

    private static void Point(JsonAnswer json, LoadPoint point)
    {
        ServeResult result = point.Result;
        json.Number("load", point.Load)
            .Number("requests_per_second", result.RequestsPerSecond)
            .Number("output_tokens_per_second", result.OutputTokensPerSecond)
            .Number("goodput_requests_per_second", result.Goodput)
            .Number("slo_attainment", point.Attainment)
            .Number("utilization", result.Utilisation)
            .Number("mean_batch_size", result.MeanBatchSize)
            .Count("completed", result.Requests.Completed)
            .Count("arrived", result.Requests.Arrived)
            .Statistic("ttft_seconds", result.Ttft)
            .Statistic("tpot_seconds", result.Tpot)
            .Statistic("e2e_seconds", result.EndToEnd)
            .Statistic("queue_seconds", result.Queue)
            .Saturation(result.Saturation);
    }
}
