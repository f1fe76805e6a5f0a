using LlmSim.Model.Cost;
using LlmSim.Model.Units;
using LlmSim.Schedules.Training.Runs;

namespace LlmSim.Cli.Output.Pages;

/// <summary>The prediction of a whole training run for people.</summary>
internal static class WholeRunPage
{
    /// <summary>Writes the run; nothing where none was asked for.</summary>
    public static Page WholeRun(this Page page, RunResult? run)
    {
        if (run is null)
        {
            return page;
        }

        page.Heading("The whole run").Facts(Facts(run)).Heading("Where the time of the run goes").Bars(Parts(run.Time));
        return run.Phases.Length == 1
            ? page
            : page.Heading("Phases").Table(
                ["phase", ">tokens", ">steps", ">step", ">time", ">goodput", "~>failures", "~>energy"],
                run.Phases.Select(Row));
    }

    private static IEnumerable<(string Name, string Value, string Meaning)> Facts(RunResult run)
    {
        string steps = Words.Count(run.Steps);
        yield return ("time", run.Time.Total.ToString(), $"{steps} steps for {Words.Short(run.Tokens)} tokens");
        if (run.Mtbf is { } mtbf)
        {
            yield return ("90 % band", $"{run.WallBand.Low} to {run.WallBand.High}", "of the same steps under other failures");
            yield return ("closed form", run.ExpectedWall.ToString(), "expected time (Daly 2006)");
            yield return ("failures", Words.OneDecimal(run.Failures), $"one every {mtbf} on {Words.Count(run.Job.Cluster.Devices)} devices");
        }

        yield return ("goodput", Words.Percent(run.Time.Goodput), "of the time goes into steps whose result lasts");
        yield return ("device hours", Words.Short(run.DeviceHours), "of the run alone");
        foreach ((string, string, string) fact in Checkpoints(run).Concat(Spent(run)))
        {
            yield return fact;
        }
    }

    private static IEnumerable<(string Name, string Value, string Meaning)> Checkpoints(RunResult run)
    {
        if (run.Job.Checkpoints is null)
        {
            yield break;
        }

        PhaseResult phase = run.Phases.MaxBy(static phase => phase.Time.Total.Value)!;
        CheckpointCost cost = phase.Checkpoint;
        string behind = cost.Write > Seconds.Zero ? $", {cost.Write} more behind them" : string.Empty;
        yield return ("checkpoint", cost.Size.ToString(), $"holds steps up for {cost.Blocking}{behind}; loading takes {cost.Load}");
        yield return ("interval", (phase.Step.Step * phase.IntervalSteps).ToString(), $"{Words.Count(phase.IntervalSteps)} steps in {phase.Phase.Name}");
        if (run.Intervals is { } best)
        {
            yield return ("best interval", best.Optimum.ToString(), $"by search; Young {best.Young}, Daly {best.Daly}");
        }
    }

    private static IEnumerable<(string Name, string Value, string Meaning)> Spent(RunResult run)
    {
        Spending spending = run.Spending;
        TrialPlan trials = run.Job.Trials;
        string scope = trials.Count > 0 ? "the run and its trials" : "the run";
        if (trials.Count > 0)
        {
            string with = Words.Short(run.DeviceHoursWithTrials);
            yield return ("with trials", with, $"device hours: {Words.Count(trials.Count)} trials of {Words.Percent(trials.Share)} of the run each");
        }

        yield return ("energy", spending.Energy.ToString(), $"of {scope}; {spending.MeanPowerPerDevice} each device with its share of host and site");
        if (spending.Total is { } total)
        {
            yield return ("cost", total.ToString(), $"of {scope}; {spending.PricePer(1e9)} for a billion tokens, {spending.Rate} for all devices");
        }

        if (run.EnergyCost is { } electricity)
        {
            yield return ("electricity", electricity.ToString(), $"of {scope} at {run.Job.Site.EnergyPrice}");
        }

        if (run.Carbon is { } carbon)
        {
            yield return ("CO2", carbon.ToString(), $"of {scope} at {run.Job.Site.Carbon}");
        }
    }

    private static IEnumerable<(string Name, double Share, string Value, string Meaning)> Parts(RunTime time)
    {
        return
        [
            Part("compute", time.Compute, "steps whose result lasts"),
            Part("stall", time.Stall, "waiting for samples"),
            Part("checkpoint", time.Checkpoint, "waiting for state to be saved"),
            Part("lost", time.Lost, "work since the last checkpoint, done again"),
            Part("restart", time.Restart, "from failures until work goes on"),
        ];

        (string, double, string, string) Part(string name, Seconds part, string meaning) =>
            (name, time.Total > Seconds.Zero ? part / time.Total : 0, part.ToString(), meaning);
    }

    private static string[] Row(PhaseResult phase) =>
    [
        phase.Phase.Name,
        Words.Short(phase.Phase.Steps * phase.Phase.Job.TokensPerStep),
        Words.Count(phase.Phase.Steps),
        phase.Step.Step.ToString(),
        phase.Time.Total.ToString(),
        Words.Percent(phase.Time.Goodput),
        Words.OneDecimal(phase.Failures),
        phase.Energy.ToString(),
    ];
}
