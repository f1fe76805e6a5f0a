using System.Collections.Immutable;
using System.CommandLine;
using LlmSim.Cli.Output;
using LlmSim.Cli.Output.Json;
using LlmSim.Cli.Output.Pages;
using LlmSim.Planning.Scenarios;

namespace LlmSim.Cli.Commands;

/// <summary>What commands about one scenario file have in common.</summary>
internal static class ScenarioCommand
{
    /// <summary>A command that reads a file and, unless that has problems, answers its question.</summary>
    public static Command Create(
        string name, string description, CommandHost host, Func<ParseResult, Question, ExitCode> answer, params Option[] more)
    {
        Argument<string> file = FileArgument.One();
        var command = new Command(name, description) { file, GlobalOptions.Set() };
        foreach (Option option in more)
        {
            command.Add(option);
        }

        command.SetAction(parse =>
        {
            host.Cancellation.ThrowIfCancellationRequested();
            Question? question = Question.Read(parse.GetRequiredValue(file), [.. GlobalOptions.Overrides(parse)], out ImmutableArray<Problem> problems);
            return (int)(question is null ? host.Refuse(problems.Select(static problem => problem.ToString())) : answer(parse, question));
        });
        return command;
    }

    /// <summary>Answers that there is no answer, and why.</summary>
    public static ExitCode NotFeasible(CommandHost host, ParseResult parse, Question question, Infeasible infeasible)
    {
        if (GlobalOptions.IsJson(parse))
        {
            using var json = new JsonAnswer();
            return json.NotFeasible(question.Kind, infeasible).Finish(host.Answer, ExitCode.Infeasible);
        }

        Page page = host.Page(parse);
        _ = question switch
        {
            TrainQuestion train => page.Asked(train.Job),
            ServeQuestion serve => page.Asked(serve.Job),
            _ => page,
        };
        return page.NotFeasible(infeasible).Notes("Notes", question.Notes).Finish(ExitCode.Infeasible);
    }
}
