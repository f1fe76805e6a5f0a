using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Serving.Results;

namespace LlmSim.Cli.Output.Json;

/// <summary>What each class of traffic was promised and got, for programs.</summary>
internal static class ClassJson
{
    /// <summary>Writes the classes.</summary>
    public static JsonAnswer Classes(this JsonAnswer json, ServeResult result) => json.List("classes", result.Classes, (o, one) => o
        .Text("name", one.Class.Name)
        .Object("slo", level => level
            .Number("ttft_seconds", one.Class.Level.Ttft?.Value)
            .Number("tpot_seconds", one.Class.Level.Tpot?.Value)
            .Number("e2e_seconds", one.Class.Level.EndToEnd?.Value))
        .Count("ended", one.Ended)
        .Count("completed", one.Completed)
        .Count("good", one.Good)
        .Number("slo_attainment", one.Attainment)
        .Number("goodput_requests_per_second", one.Goodput(result.Makespan))
        .Statistic("ttft_seconds", one.Ttft)
        .Statistic("tpot_seconds", one.Tpot)
        .Statistic("e2e_seconds", one.EndToEnd)
        .Statistic("queue_seconds", one.Queue));

    /// <summary>Writes the verdict on the load; null where there is none.</summary>
    public static JsonAnswer Saturation(this JsonAnswer json, Saturation? saturation) => saturation is null
        ? json.Null("saturation")
        : json.Object("saturation", o => o
            .Text("state", Words.Key(saturation.State))
            .Number("piling_up_share", saturation.Growth)
            .Number("explained_share", saturation.Explained)
            .Number("lost_share", saturation.LostShare));
}
