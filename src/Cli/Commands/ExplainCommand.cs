using System.CommandLine;
using LlmSim.Cli.Output;
using LlmSim.Cli.Output.Json;
using LlmSim.Cli.Output.Pages;
using LlmSim.Model.Memory;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Training;

namespace LlmSim.Cli.Commands;

/// <summary><c>explain FILE</c>: the prediction taken apart, level by level.</summary>
internal static class ExplainCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandHost host)
    {
        var shape = new ServingShape();
        return ScenarioCommand.Create(
            "explain",
            "Take a prediction apart: step, phases, layers, operators, with formulas and sources",
            host,
            (parse, question) => Answer(host, parse, question, shape),
            shape.Options);
    }

    private static ExitCode Answer(CommandHost host, ParseResult parse, Question question, ServingShape shape)
    {
        if (Obstacle(question) is { } infeasible)
        {
            return ScenarioCommand.NotFeasible(host, parse, question, infeasible);
        }

        Explanation explanation = question switch
        {
            TrainQuestion train => Of(train),
            ServeQuestion serve => Of(serve, parse, shape, host.Cancellation),
            _ => throw new InvalidOperationException($"No explanation of {question.GetType().Name}."),
        };
        if (GlobalOptions.IsJson(parse))
        {
            using var json = new JsonAnswer();
            return json.Explain(explanation).Finish(host.Answer, ExitCode.Answer);
        }

        return host.Page(parse).Explain(explanation).Finish(ExitCode.Answer);
    }

    private static Infeasible? Obstacle(Question question) => question switch
    {
        TrainQuestion train => Infeasible.Of(train.Job, TrainMemory.Peak(train.Job.MemoryInput, train.Job.Cluster.Accelerator.Memory)),
        ServeQuestion serve => Infeasible.Of(serve.Job, ServeRun.Memory(serve.Job)),
        _ => null,
    };

    private static TrainExplanation Of(TrainQuestion question)
    {
        var rows = OperatorRows.Of(question.Job);
        return new(
            TrainStep.Simulate(question.Job),
            [("micro_batch", rows)],
            [.. FormulaTexts.OfTraining, .. FormulaTexts.Of([rows])],
            [.. Notes.Of(question.Job, question.Notes)]);
    }

    private static ServeExplanation Of(ServeQuestion question, ParseResult parse, ServingShape shape, CancellationToken cancellation)
    {
        OperatorRows prefill = shape.Prefill(parse, question.Job);
        OperatorRows decode = shape.Decode(parse, question.Job);
        return new(
            question.Predict(cancellation),
            [("prefill", prefill), ("decode", decode)],
            [.. FormulaTexts.OfServing, .. FormulaTexts.Of([prefill, decode])],
            [.. Notes.Of(question.Job, question.Notes)]);
    }
}
