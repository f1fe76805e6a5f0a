using System.CommandLine;
using System.CommandLine.Parsing;
using LlmSim.Model.Catalog;

namespace LlmSim.Cli.Commands;

/// <summary>Scenario files on the command line. What looks like an option is not taken for a file: it is a mistyped option.</summary>
internal static class FileArgument
{
    /// <summary>One file.</summary>
    public static Argument<string> One()
    {
        var file = new Argument<string>("FILE") { Description = "The scenario, a YAML file" };
        file.Validators.Add(RefuseOptions);
        return file;
    }

    /// <summary>One or more files.</summary>
    public static Argument<string[]> Many()
    {
        var files = new Argument<string[]>("FILE") { Description = "Scenarios, YAML files", Arity = ArgumentArity.OneOrMore };
        files.Validators.Add(RefuseOptions);
        return files;
    }

    private static void RefuseOptions(ArgumentResult result)
    {
        if (result.Parent is not CommandResult command)
        {
            return;
        }

        IEnumerable<Option> above = command.Command.Parents.OfType<Command>().SelectMany(static parent => parent.Options);
        IEnumerable<string> legal = command.Command.Options.Concat(above).Select(static option => option.Name);
        foreach (string found in result.Tokens.Select(static token => token.Value).Where(static value => value.StartsWith('-')))
        {
            string? near = NearestName.Find(found, legal);
            result.AddError($"there is no option '{found}'" + (near is null ? string.Empty : $"; did you mean '{near}'?"));
        }
    }
}
