using LlmSim.Model.Units;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Training;

namespace LlmSim.Cli.Output.Pages;

/// <summary>A prediction taken apart for people.</summary>
internal static class ExplainPage
{
    /// <summary>Writes the levels from the whole down to operators, then the formulas.</summary>
    public static Page Explain(this Page page, Explanation explanation)
    {
        _ = explanation switch
        {
            TrainExplanation train => page.Step(train.Result),
            ServeExplanation serve => page.Run(serve.Prediction),
            _ => page,
        };
        foreach ((_, OperatorRows rows) in explanation.Tables)
        {
            page.Operators(rows);
        }

        return page.Heading("How it was computed")
            .Table(["what", "formula", "~source"], explanation.Formulas.Select(static f => (IReadOnlyList<string>)[f.Name, f.Formula, f.Source]))
            .Notes("Notes", explanation.Notes);
    }

    private static Page Step(this Page page, TrainResult result)
    {
        TrainJob job = result.Job;
        string peak = $"{result.ModelRatePerDevice} of {job.Cluster.Accelerator.Peak(job.Precision)} on each of {Words.Count(job.Cluster.Devices)} devices";
        string pipeline = $"{Words.Count(job.Layout.Pipeline)} stages, {Words.Count(job.MicroBatches)} micro-batches";
        return page.Asked(job)
            .Heading($"1. The step takes {result.Step}")
            .Bars(TrainPage.Breakdown(result.Breakdown))
            .Facts(
                ("model operations", result.ModelFlops.ToString(), $"a step, {Words.Spelt(job.FlopsConvention)}; {result.HardwareFlops} on the hardware"),
                ("MFU", Words.Percent(result.Mfu), peak))
            .Heading($"2. The pipeline takes {result.Pipeline}: {pipeline}")
            .Facts(
                ("replayed", result.Pipeline.ToString(), $"schedule {job.Schedule}, event by event"),
                ("closed form", result.ClosedForm.ToString(), "beside it, for comparison"),
                ("stage hop", result.StageHop.ToString(), "one message between stages"),
                ("bubble", Words.Percent(result.BubbleFraction), "of the pipeline's time on the mean device"))
            .Heading("3. One micro-batch passes these chunks of layers")
            .Table(
                ["chunk", ">stage", ">layers", ">forward", ">input gradient", ">weight gradient", ">all"],
                result.Chunks.Select((chunk, i) => Chunk(job, chunk, i)))
            .Heading("4. The operators of which they are made");
    }

    private static IReadOnlyList<string> Chunk(TrainJob job, ChunkCost chunk, int index) =>
    [
        Words.Count(index),
        Words.Count(index % job.Layout.Pipeline),
        Words.Count(job.Stages.ByChunk[index]),
        chunk.Forward.Total.ToString(),
        chunk.BackwardInput.Total.ToString(),
        chunk.BackwardWeight.Total.ToString(),
        chunk.Whole.Total.ToString(),
    ];

    private static Page Run(this Page page, ServePrediction prediction)
    {
        ServeResult result = prediction.Result;
        Seconds mean = prediction.MeanStep.Total;
        string tokens = $"{Words.Count(result.Work.PrefillTokens)} prompt and {Words.Count(result.Work.DecodeTokens)} decoded tokens";
        return page.Asked(prediction.Job)
            .Heading("1. A request")
            .Facts(Request(result))
            .Heading($"2. The mean iteration takes {mean}, for {QuantityText.PrintNumber(result.MeanBatchSize)} sequences")
            .Bars(ServePage.Breakdown(prediction.MeanStep))
            .Facts(
                ("iterations", Words.Count(result.Work.Steps), tokens),
                ("busy", result.BusyTime.ToString(), $"over all replicas, {Words.Percent(result.Utilisation)} of their time"))
            .Heading("3. The operators of which iterations are made");
    }

    private static IEnumerable<(string Name, string Value, string Meaning)> Request(ServeResult result)
    {
        if (result.Queue is { } queue && result.Ttft is { } ttft)
        {
            yield return ("queue", queue.Mean.ToString(), "mean wait for the first iteration");
            yield return ("+ prefill", (ttft.Mean - queue.Mean).ToString(), "mean time from there to the first token");
            yield return ("= TTFT", ttft.Mean.ToString(), "mean time to first token");
        }

        if (result.Ttft is { } first && result.EndToEnd is { } whole)
        {
            string each = result.Tpot is { } tpot ? $", {tpot.Mean} each" : string.Empty;
            yield return ("+ decode", (whole.Mean - first.Mean).ToString(), "mean time of the further tokens" + each);
            yield return ("= end to end", whole.Mean.ToString(), "mean latency of completed requests");
        }
    }
}
