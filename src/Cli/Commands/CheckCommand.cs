using System.Collections.Immutable;
using System.CommandLine;
using LlmSim.Cli.Output.Json;
using LlmSim.Planning.Scenarios;

namespace LlmSim.Cli.Commands;

/// <summary><c>check FILE…</c>: whether scenario files are legal, without running them.</summary>
internal static class CheckCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandHost host)
    {
        Argument<string[]> files = FileArgument.Many();
        var command = new Command("check", "Look for mistakes in scenario files and the files that they name") { files, GlobalOptions.Set() };
        command.SetAction(parse => (int)Answer(host, parse, parse.GetRequiredValue(files)));
        return command;
    }

    private static ExitCode Answer(CommandHost host, ParseResult parse, string[] files)
    {
        List<(string File, string Kind)> good = [];
        List<string> messages = [];
        foreach (string file in files)
        {
            host.Cancellation.ThrowIfCancellationRequested();
            Question? question = Question.Read(file, [.. GlobalOptions.Overrides(parse)], out ImmutableArray<Problem> problems);
            messages.AddRange(problems.Select(static problem => problem.ToString()));
            if (question is not null)
            {
                good.Add((file, question.Kind));
            }
        }

        if (messages.Count > 0)
        {
            return host.Refuse(messages);
        }

        if (GlobalOptions.IsJson(parse))
        {
            using var json = new JsonAnswer();
            return json
                .List("files", good, static (o, file) => o.Text("file", file.File).Text("kind", file.Kind).Flag("ok", true))
                .Finish(host.Answer, ExitCode.Answer);
        }

        foreach ((string file, _) in good)
        {
            host.Answer.WriteLine($"{file}: ok");
        }

        return ExitCode.Answer;
    }
}
