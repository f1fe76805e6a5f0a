using System.CommandLine;
using LlmSim.Cli.Output;
using LlmSim.Cli.Output.Json;
using LlmSim.Cli.Output.Pages;
using LlmSim.Model.Calibration;
using LlmSim.Model.Memory;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Training;

namespace LlmSim.Cli.Commands;

/// <summary><c>run FILE</c>: the prediction of a scenario.</summary>
internal static class RunCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandHost host)
    {
        var pictures = new StepPictures();
        return ScenarioCommand.Create(
            "run",
            "Predict a scenario: time, throughput, memory, idle time, cost and energy",
            host,
            (parse, question) => Answer(host, parse, question, pictures),
            pictures.Options);
    }

    private static ExitCode Answer(CommandHost host, ParseResult parse, Question question, StepPictures pictures) => question switch
    {
        TrainQuestion train => Train(host, parse, train, pictures),
        ServeQuestion when pictures.AreAsked(parse) => host.Refuse(["--gantt and --trace show the passes of a training step; this scenario serves"]),
        ServeQuestion serve => Serve(host, parse, serve),
        _ => throw new InvalidOperationException($"No run for {question.GetType().Name}."),
    };

    private static ExitCode Train(CommandHost host, ParseResult parse, TrainQuestion question, StepPictures pictures)
    {
        MemoryAccount account = TrainMemory.Peak(question.Job.MemoryInput, question.Job.Cluster.Accelerator.Memory);
        if (Infeasible.Of(question.Job, account) is { } infeasible)
        {
            return ScenarioCommand.NotFeasible(host, parse, question, infeasible);
        }

        TrainResult result = TrainStep.Simulate(question.Job, null, record: true);
        if (pictures.Failures(parse, result) is { IsEmpty: false } unwritten)
        {
            return host.Refuse(unwritten);
        }

        PredictionBand band = TrainBands.Step(question.Job);
        if (GlobalOptions.IsJson(parse))
        {
            using var json = new JsonAnswer();
            return json.Prediction(result, band, Notes.Of(question.Job, question.Notes)).Finish(host.Answer, ExitCode.Answer);
        }

        return host.Page(parse).Prediction(result, band, Notes.Of(question.Job, question.Notes)).Finish(ExitCode.Answer);
    }

    private static ExitCode Serve(CommandHost host, ParseResult parse, ServeQuestion question)
    {
        if (Infeasible.Of(question.Job, ServeRun.Memory(question.Job)) is { } infeasible)
        {
            return ScenarioCommand.NotFeasible(host, parse, question, infeasible);
        }

        ServePrediction prediction = question.Predict(host.Cancellation);
        if (Infeasible.Of(prediction.Result) is { } stuck)
        {
            return ScenarioCommand.NotFeasible(host, parse, question, stuck);
        }

        ServeBands bands = question.Bands(prediction, host.Cancellation);
        if (GlobalOptions.IsJson(parse))
        {
            using var json = new JsonAnswer();
            return json.Prediction(prediction, bands, Notes.Of(question.Job, question.Notes)).Finish(host.Answer, ExitCode.Answer);
        }

        return host.Page(parse).Prediction(prediction, bands, Notes.Of(question.Job, question.Notes)).Finish(ExitCode.Answer);
    }
}
