using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;
using LlmSim.Model.Memory;
using LlmSim.Model.Units;
using LlmSim.Schedules.Serving;

namespace LlmSim.Cli.Output.Pages;

/// <summary>The prediction of a serving run for people.</summary>
internal static class ServePage
{
    /// <summary>Writes the prediction.</summary>
    public static Page Prediction(this Page page, ServePrediction prediction, ServeBands bands, IEnumerable<string> notes) => page
        .Asked(prediction.Job)
        .Heading("Answer")
        .Facts(Headline(prediction).Concat(Spent(prediction)))
        .Latency(prediction, bands)
        .Notes("Notes", notes);

    /// <summary>Latencies with their bands, where the time goes, and the memory.</summary>
    public static Page Latency(this Page page, ServePrediction prediction, ServeBands bands) => page
        .Heading("Latency of completed requests")
        .Table(["", ">mean", ">p50", ">p90", ">p95", ">p99", ">max"], Latencies(prediction.Result))
        .Facts(Bands(bands))
        .Remark("TTFT: arrival to first token; TPOT: (last − first token) / (outputs − 1); ITL: between two tokens, over all tokens; "
            + "queue: arrival to first iteration")
        .Classes(prediction.Result)
        .Heading("Where the time of the mean iteration goes")
        .Bars(Breakdown(prediction.MeanStep))
        .AccountSummary(prediction.Memory.Account);

    /// <summary>The question: model, machines, layout and batching.</summary>
    public static Page Asked(this Page page, ServeJob job)
    {
        ServeSettings settings = job.Settings;
        string replicas = settings.Replicas == 1 ? "one replica, " : $"{Words.Count(settings.Replicas)} replicas, each ";
        string prompts = settings.ChunkedPrefill ? "prompts in chunks" : "whole prompts";
        string formats = $"weights {job.Weights.Name()}, KV cache {job.Cache.Name()}";
        return page
            .Title($"Serve {job.Architecture.Name}", $"{Words.Short(ParameterSharding.Whole(job.Architecture))} parameters")
            .Line($"on {Words.Count(job.Devices)} × {job.Node.Accelerator.Name} ({job.Node.Name}): {replicas}{Words.Layout(job.Layout)}")
            .Line(Words.Invariant($"{settings.Policy} batching, {settings.MaxBatch} sequences and {settings.TokenBudget} tokens at most, {prompts}, {formats}"));
    }

    /// <summary>The parts of an iteration as shares.</summary>
    public static IEnumerable<(string Name, double Share, string Value, string Meaning)> Breakdown(CostBreakdown step)
    {
        Seconds whole = step.Total;
        return
        [
            Part("compute", step.Compute, "bound by arithmetic"),
            Part("memory", step.Memory, "bound by device memory"),
            Part("network", step.Network, "exchanges between devices"),
            Part("launch", step.Launch, "start and drain of kernels"),
            Part("host", step.Host, "scheduling and sampling that the device waits for"),
        ];

        (string, double, string, string) Part(string name, Seconds time, string meaning) =>
            (name, whole > Seconds.Zero ? time / whole : 0, time.ToString(), meaning);
    }

    private static IEnumerable<(string Name, string Value, string Meaning)> Bands(ServeBands bands)
    {
        if (bands.Ttft is { } ttft)
        {
            yield return ("90 % band of TTFT", Words.Band(ttft), "nine of ten measured means are expected inside");
        }

        if (bands.Tpot is { } tpot)
        {
            yield return ("90 % band of TPOT", Words.Band(tpot), "likewise");
        }
    }

    /// <summary>What the run showed.</summary>
    public static IEnumerable<(string Name, string Value, string Meaning)> Headline(ServePrediction prediction)
    {
        ServeResult result = prediction.Result;
        RequestCounts requests = result.Requests;
        string tokens = $"{Words.Count(result.KvPeakTokens)} of {Words.Count(result.KvCapacityTokens)}";
        yield return ("requests", $"{Words.Count(requests.Completed)} of {Words.Count(requests.Arrived)}", "completed" + Others(requests));
        yield return ("output", Words.Rate(result.OutputTokensPerSecond, "tokens"), "of completed requests, from first arrival to last completion");
        yield return ("throughput", Words.Rate(result.TotalTokensPerSecond, "tokens"), $"with prompts; {Words.Rate(result.RequestsPerSecond, "requests")}");
        yield return ("batch", QuantityText.PrintNumber(result.MeanBatchSize), $"sequences in the mean of {Words.Count(result.Work.Steps)} iterations");
        yield return ("KV cache", tokens, "tokens in the fullest replica at its peak");
        if (prediction.Job.Settings.PrefixCache)
        {
            yield return ("prefix hits", Words.Percent(result.PrefixHitRate), "of the prompt tokens of admitted requests were in the prefix cache");
        }

        if (result.Saturation is { } saturation)
        {
            yield return ("load", Words.Spelt(saturation.State), ClassPage.Reason(saturation));
        }
    }

    private static IEnumerable<(string Name, string Value, string Meaning)> Spent(ServePrediction prediction)
    {
        yield return ("utilization", Words.Percent(prediction.Result.Utilisation), "of the replicas' time an iteration is in flight");
        Spending run = ServeSpending.Of(prediction);
        string power = $"{run.MeanPowerPerDevice} a device with its share of the host";
        yield return ("energy", run.Energy.ToString(), $"over {run.Time}; {Text(run.EnergyPerToken)} an output token, {power}");
        if (run.Total is Usd total)
        {
            yield return ("cost", total.ToString(), $"over {run.Time}; {Text(run.PricePer(1e6))} for a million output tokens, {run.Rate} for all devices");
        }
    }

    private static string Others(RequestCounts counts)
    {
        (long Count, string Name)[] others =
        [
            (counts.Rejected, "rejected"),
            (counts.TimedOut, "timed out"),
            (counts.Failed, "failed"),
            (counts.Unfinished, "unfinished"),
            (counts.Preempted, "pre-empted at least once"),
        ];
        return string.Concat(others.Where(static other => other.Count > 0).Select(static other => $", {Words.Count(other.Count)} {other.Name}"));
    }

    private static IEnumerable<IReadOnlyList<string>> Latencies(ServeResult result) =>
    [
        Row("TTFT", result.Ttft),
        Row("TPOT", result.Tpot),
        Row("ITL", result.Itl),
        Row("end to end", result.EndToEnd),
        Row("queue", result.Queue),
    ];

    private static string[] Row(string name, LatencyStatistic? s) => s is null
        ? [name, "-", "-", "-", "-", "-", "-"]
        : [name, s.Mean.ToString(), s.P50.ToString(), s.P90.ToString(), s.P95.ToString(), s.P99.ToString(), s.Max.ToString()];

    private static string Text<T>(T? quantity)
        where T : struct => quantity?.ToString() ?? "-";
}
