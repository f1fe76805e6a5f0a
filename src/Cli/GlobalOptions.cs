using System.CommandLine;
using System.CommandLine.Parsing;

namespace LlmSim.Cli;

/// <summary>The options that mean the same for every command.</summary>
internal static class GlobalOptions
{
    /// <summary>Name of the option that shows the stack of a defect.</summary>
    public const string DebugName = "--debug";

    private const string JsonName = "--json";
    private const string NoColorName = "--no-color";
    private const string SetName = "--set";

    /// <summary>One JSON object instead of text.</summary>
    public static Option<bool> Json() => new(JsonName) { Description = "Answer with one JSON object in SI units, for programs", Recursive = true };

    /// <summary>Text without colours.</summary>
    public static Option<bool> NoColor() => new(NoColorName) { Description = "No colours; the variable NO_COLOR does the same", Recursive = true };

    /// <summary>The stack of a defect.</summary>
    public static Option<bool> Debug() => new(DebugName) { Description = "Show where in the program an internal error arose", Recursive = true };

    /// <summary>Overrides of a scenario, for the commands that read one.</summary>
    public static Option<string[]> Set() => new(SetName)
    {
        Description = "Change a key of the scenario, such as parallel.tensor=4; may be repeated",
        HelpName = "KEY=VALUE",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    /// <summary>Whether JSON was asked for.</summary>
    public static bool IsJson(ParseResult parse) => Flag(parse, JsonName);

    /// <summary>Whether colours were forbidden.</summary>
    public static bool IsNoColor(ParseResult parse) => Flag(parse, NoColorName);

    /// <summary>The overrides in order; none where the command takes none.</summary>
    public static string[] Overrides(ParseResult parse) =>
        parse.CommandResult.GetResult(SetName) is OptionResult set ? set.GetValueOrDefault<string[]>() ?? [] : [];

    private static bool Flag(ParseResult parse, string name) =>
        parse.RootCommandResult.GetResult(name) is OptionResult flag && flag.GetValueOrDefault<bool>();
}
