using System.CommandLine;
using LlmSim.Planning.Scenarios;

namespace LlmSim.Cli.Commands;

/// <summary><c>schema</c>: what a scenario file may contain, for editors and for people.</summary>
internal static class SchemaCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandHost host)
    {
        var reference = new Option<bool>("--reference") { Description = "The same as a Markdown page for people" };
        var command = new Command("schema", "Print the JSON Schema of scenario files, which editors complete and check by") { reference };
        command.SetAction(parse =>
        {
            host.Answer.Write((parse.GetValue(reference) ? ScenarioReference.ToMarkdown() : ScenarioSchema.ToJson()).TrimEnd() + "\n");
            return (int)ExitCode.Answer;
        });
        return command;
    }
}
