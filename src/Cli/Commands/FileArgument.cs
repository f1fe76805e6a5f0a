using System.CommandLine;
using System.CommandLine.Parsing;

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
        foreach (string found in result.Tokens.Select(static token => token.Value).Where(static value => value.StartsWith('-')))
        {
            result.AddError($"there is no option '{found}'");
        }
    }
}
