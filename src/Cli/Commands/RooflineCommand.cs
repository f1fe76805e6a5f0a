using System.Collections.Immutable;
using System.CommandLine;
using LlmSim.Cli.Output;
using LlmSim.Cli.Output.Json;
using LlmSim.Cli.Output.Pages;

namespace LlmSim.Cli.Commands;

/// <summary><c>roofline FILE</c>: the operators of a layer of each kind, and what bounds each.</summary>
internal static class RooflineCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandHost host)
    {
        var shape = new ServingShape();
        return ScenarioCommand.Create(
            "roofline",
            "Show the operators of a layer: operations, bytes, intensity, time, and what bounds each",
            host,
            (parse, question) => Answer(host, parse, question, shape),
            shape.Options);
    }

    private static ExitCode Answer(CommandHost host, ParseResult parse, Question question, ServingShape shape)
    {
        (string Name, OperatorRows Rows)[] tables = question switch
        {
            TrainQuestion train => [("micro_batch", OperatorRows.Of(train.Job))],
            ServeQuestion serve => [("prefill", shape.Prefill(parse, serve.Job)), ("decode", shape.Decode(parse, serve.Job))],
            _ => throw new InvalidOperationException($"No roofline of {question.GetType().Name}."),
        };
        ImmutableArray<string> notes = [.. question.Notes, .. Attention(question)];
        if (GlobalOptions.IsJson(parse))
        {
            using var json = new JsonAnswer();
            json.Text("kind", question.Kind).Text("accelerator", tables[0].Rows.Device.Name);
            foreach ((string name, OperatorRows rows) in tables)
            {
                json.Operators(name, rows);
            }

            return json.Texts("notes", notes).Finish(host.Answer, ExitCode.Answer);
        }

        return Write(host.Page(parse), question, [.. tables.Select(static table => table.Rows)])
            .Notes("Notes", notes)
            .Finish(ExitCode.Answer);
    }

    private static ImmutableArray<string> Attention(Question question) => question switch
    {
        TrainQuestion train => AttentionNote.Of(train.Job.Architecture, train.Job.Cluster.Accelerator, train.Job.SequenceLength),
        ServeQuestion serve => AttentionNote.Of(serve.Job.Architecture, serve.Job.Node.Accelerator, serve.Job.Settings.TokenBudget),
        _ => [],
    };

    private static Page Write(Page page, Question question, OperatorRows[] tables)
    {
        _ = question switch
        {
            TrainQuestion train => page.Asked(train.Job),
            ServeQuestion serve => page.Asked(serve.Job),
            _ => page,
        };
        page.Peaks(tables[0].Device);
        foreach (OperatorRows rows in tables)
        {
            page.Operators(rows);
        }

        return page;
    }
}
