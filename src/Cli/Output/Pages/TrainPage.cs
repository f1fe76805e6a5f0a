using LlmSim.Model.Calibration;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;
using LlmSim.Model.Memory;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;
using LlmSim.Schedules.Training;
using LlmSim.Schedules.Training.Runs;

namespace LlmSim.Cli.Output.Pages;

/// <summary>The prediction of a training step for people.</summary>
internal static class TrainPage
{
    /// <summary>Writes the prediction.</summary>
    public static Page Prediction(this Page page, TrainResult result, RunResult? run, PredictionBand band, IEnumerable<string> notes) => page
        .Asked(result.Job)
        .Heading("Answer")
        .Facts(Headline(result, band, run is null))
        .Heading("Where the time of a step goes (mean device)")
        .Bars(Breakdown(result.Breakdown))
        .AccountSummary(result.Memory)
        .WholeRun(run)
        .Notes("Notes", notes);

    /// <summary>The question: model, machines, layout and batch.</summary>
    public static Page Asked(this Page page, TrainJob job)
    {
        Cluster cluster = job.Cluster;
        string machines = $"{Words.Count(cluster.Devices)} × {cluster.Accelerator.Name} ({Words.Count(cluster.Nodes)} × {cluster.Node.Name})";
        string batch = Words.Invariant($"{job.GlobalBatch} sequences of {job.SequenceLength} tokens a step in micro-batches of {job.MicroBatch}");
        return page
            .Title($"Train {job.Architecture.Name}", $"{Words.Short(ParameterSharding.Whole(job.Architecture))} parameters")
            .Line($"on {machines}: {Words.Layout(job.Layout)}")
            .Line($"{batch}, {job.Precision.Name()}, schedule {job.Schedule}, {Recompute(job)}")
            .Modes(job);
    }

    /// <summary>The parts of a step as shares.</summary>
    public static IEnumerable<(string Name, double Share, string Value, string Meaning)> Breakdown(StepBreakdown step)
    {
        Seconds whole = step.Total;
        return
        [
            Part("compute", step.Work.Compute, "bound by arithmetic"),
            Part("memory", step.Work.Memory, "bound by device memory"),
            Part("network", step.Work.Network, "exchanges that do not hide behind work"),
            Part("launch", step.Work.Launch, "start and drain of kernels"),
            Part("host", step.Work.Host, "waiting for the host's launches"),
            Part("bubble", step.Bubble, "waiting for other stages"),
            Part("optimizer", step.Optimizer, "update of the parameters"),
        ];

        (string, double, string, string) Part(string name, Seconds time, string meaning) =>
            (name, whole > Seconds.Zero ? time / whole : 0, time.ToString(), meaning);
    }

    private static IEnumerable<(string Name, string Value, string Meaning)> Headline(TrainResult result, PredictionBand band, bool spends)
    {
        TrainJob job = result.Job;
        yield return ("step", result.Step.ToString(), "one update of the parameters");
        yield return ("90 % band", Words.Band(band), "nine of ten measured steps are expected inside");
        yield return ("throughput", Words.Rate(result.TokensPerSecond, "tokens"), "of all devices");
        yield return ("model rate", result.ModelRatePerDevice.ToString(), $"the model's own operations of each device ({Words.Spelt(job.FlopsConvention)})");
        yield return ("MFU", Words.Percent(result.Mfu), $"the same as a share of the dense {job.Precision.Name()} peak");
        yield return ("HFU", Words.Percent(result.Hfu), "with what is computed again");
        yield return ("bubble", Words.Percent(result.BubbleFraction), "of the pipeline's time the mean device waits for others");
        if (!spends)
        {
            yield break;
        }

        Spending run = TrainSpending.OfRun(result);
        if (job.RunTokens > 0)
        {
            string steps = Words.Count(TrainSpending.Steps(result));
            yield return ("run", run.Time.ToString(), $"{steps} steps for {Words.Short(run.Tokens)} tokens, without failures");
        }

        string scope = job.RunTokens > 0 ? "the run" : "a step";
        yield return ("energy", run.Energy.ToString(), $"of {scope}; {run.MeanPowerPerDevice} each device with its share of the host");
        if (run.Total is Usd total)
        {
            yield return ("cost", total.ToString(), $"of {scope}; {run.PricePer(1e9)} for a billion tokens, {run.Rate} for all devices");
        }
    }

    private static string Listed(RecomputedOperators operators) => Words.Spelt(operators).Replace("  ", " ", StringComparison.Ordinal);

    private static string Recompute(TrainJob job) =>
        (job.Recompute, job.RecomputedOperators) switch
        {
            (RecomputeMode.None, RecomputedOperators.None) => "nothing recomputed",
            (RecomputeMode.None, var operators) => Listed(operators) + " recomputed",
            (var mode, RecomputedOperators.None) => Words.Spelt(mode) + " recomputation",
            (var mode, var operators) => $"{Words.Spelt(mode)} recomputation, {Listed(operators)} too",
        };
}
