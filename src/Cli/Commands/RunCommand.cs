using System.Collections.Immutable;
using System.CommandLine;
using LlmSim.Cli.Output;
using LlmSim.Cli.Output.Json;
using LlmSim.Cli.Output.Pages;
using LlmSim.Model.Calibration;
using LlmSim.Model.Memory;
using LlmSim.Schedules.Fleet;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Training;
using LlmSim.Schedules.Training.Runs;

namespace LlmSim.Cli.Commands;

/// <summary><c>run FILE</c>: the prediction of a scenario.</summary>
internal static class RunCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandHost host)
    {
        var pictures = new StepPictures();
        var files = new ServeFiles(pictures.Trace);
        return ScenarioCommand.Create(
            "run",
            "Predict a scenario: time, throughput, memory, idle time, cost and energy",
            host,
            (parse, question) => Answer(host, parse, question, pictures, files),
            [.. pictures.Options, .. files.Options]);
    }

    private static ExitCode Answer(CommandHost host, ParseResult parse, Question question, StepPictures pictures, ServeFiles files) => question switch
    {
        TrainQuestion when files.AreAsked(parse) => host.Refuse(["--requests and --timeline show the requests of a serving run; this scenario trains"]),
        TrainQuestion train => Train(host, parse, train, pictures),
        ServeQuestion when pictures.AreAsked(parse) => host.Refuse(["--gantt shows the passes of a training step; this scenario serves"]),
        ServeQuestion { Fleet: not null } when files.AreBeyondFleets(parse) =>
            host.Refuse(["--timeline and --trace show replicas that stay; the replicas of this scenario's fleet come and go: --json lists when they do"]),
        ServeQuestion serve => Serve(host, parse, serve, files),
        _ => throw new InvalidOperationException($"No run for {question.GetType().Name}."),
    };

    private static ExitCode Train(CommandHost host, ParseResult parse, TrainQuestion question, StepPictures pictures)
    {
        if (Obstacle(question) is { } infeasible)
        {
            return ScenarioCommand.NotFeasible(host, parse, question, infeasible);
        }

        TrainResult result = TrainStep.Simulate(question.Job, null, record: true);
        RunResult? run = Run(question, result);
        if (run?.Stuck is { } reason)
        {
            return ScenarioCommand.NotFeasible(host, parse, question, new(reason, "save to faster storage, or shorten the restart", []));
        }

        if (pictures.Failures(parse, result) is { IsEmpty: false } unwritten)
        {
            return host.Refuse(unwritten);
        }

        PredictionBand band = TrainBands.Step(question.Job);
        IEnumerable<string> notes = run is null ? Notes.Of(question.Job, question.Notes) : Notes.Of(run, question.Notes);
        if (GlobalOptions.IsJson(parse))
        {
            using var json = new JsonAnswer();
            return json.Prediction(result, run, band, notes).Finish(host.Answer, ExitCode.Answer);
        }

        return host.Page(parse).Prediction(result, run, band, notes).Finish(ExitCode.Answer);
    }

    /// <summary>Why the step or a phase of the run does not fit; null where all do.</summary>
    private static Infeasible? Obstacle(TrainQuestion question)
    {
        IEnumerable<TrainJob> jobs = [question.Job, .. question.Run?.Phases.Select(static phase => phase.Job) ?? []];
        return jobs.Distinct()
            .Select(static job => Infeasible.Of(job, TrainMemory.Peak(job.MemoryInput, job.Cluster.Accelerator.Memory)))
            .FirstOrDefault(static infeasible => infeasible is not null);
    }

    /// <summary>The whole run with each kind of step priced once; null where no run is asked for.</summary>
    private static RunResult? Run(TrainQuestion question, TrainResult step)
    {
        if (question.Run is not { } run)
        {
            return null;
        }

        var priced = new Dictionary<TrainJob, TrainResult> { [question.Job] = step };
        foreach (TrainJob job in run.Phases.Select(static phase => phase.Job).Where(job => !priced.ContainsKey(job)))
        {
            priced[job] = TrainStep.Simulate(job);
        }

        return TrainingRun.Simulate(run, [.. run.Phases.Select(phase => priced[phase.Job])]);
    }

    private static ExitCode Serve(CommandHost host, ParseResult parse, ServeQuestion question, ServeFiles files)
    {
        if (Infeasible.Of(question.Job, ServeRun.Memory(question.Job)) is { } infeasible)
        {
            return ScenarioCommand.NotFeasible(host, parse, question, infeasible);
        }

        if (question.Fleet is { } fleet)
        {
            return Fleet(host, parse, question, fleet, files);
        }

        ServePrediction? prediction =
            files.Predict(parse, question.Job.Settings, watch => question.Predict(watch, host.Cancellation), out ImmutableArray<string> unwritten);
        if (prediction is null || !unwritten.IsEmpty)
        {
            return host.Refuse(unwritten);
        }

        if (Infeasible.Of(prediction.Result) is { } stuck)
        {
            return ScenarioCommand.NotFeasible(host, parse, question, stuck);
        }

        string[] notes = [.. Notes.Of(question.Job, question.Notes), .. ServeRun.Unreachable(question.Job)];
        ServeBands bands = question.Bands(prediction, host.Cancellation);
        if (GlobalOptions.IsJson(parse))
        {
            using var json = new JsonAnswer();
            return json.Prediction(prediction, bands, notes).Finish(host.Answer, ExitCode.Answer);
        }

        return host.Page(parse).Prediction(prediction, bands, notes).Finish(ExitCode.Answer);
    }

    private static ExitCode Fleet(CommandHost host, ParseResult parse, ServeQuestion question, FleetJob fleet, ServeFiles files)
    {
        if (fleet.Pools.Select(static pool => Infeasible.Of(pool.Job, ServeRun.Memory(pool.Job))).FirstOrDefault(static found => found is not null) is { } infeasible)
        {
            return ScenarioCommand.NotFeasible(host, parse, question, infeasible);
        }

        FleetPrediction? prediction = null;
        ServePrediction? serving = files.Predict(
            parse, question.Job.Settings, watch => (prediction = question.Predict(fleet, watch.Observe, host.Cancellation)).Serving, out ImmutableArray<string> unwritten);
        if (serving is null || prediction is null || !unwritten.IsEmpty)
        {
            return host.Refuse(unwritten);
        }

        if (Infeasible.Of(prediction.Result.Serving) is { } stuck)
        {
            return ScenarioCommand.NotFeasible(host, parse, question, stuck);
        }

        ServeBands bands = question.Bands(prediction, host.Cancellation);
        IEnumerable<string> notes = Notes.Of(question.Job, question.Notes);
        if (GlobalOptions.IsJson(parse))
        {
            using var json = new JsonAnswer();
            return json.Prediction(prediction, bands, notes).Finish(host.Answer, ExitCode.Answer);
        }

        return host.Page(parse).Prediction(prediction, bands, notes).Finish(ExitCode.Answer);
    }
}
