using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using LlmSim.Cli.Commands;
using LlmSim.Cli.Output;
using LlmSim.Model.Catalog;

namespace LlmSim.Cli;

/// <summary>The whole program as a function of its arguments: what tests call, and what <see cref="Program"/> joins to the console.</summary>
internal static class CommandLine
{
    private const string Summary = "Predicts how long training and serving of large language models takes, whether it fits, and what it costs.";

    /// <summary>The commands, each of which is one file; a new command is one file and one line here.</summary>
    private static readonly ImmutableArray<Func<CommandHost, Command>> Commands =
    [
        RunCommand.Create,
        CheckCommand.Create,
        MemoryCommand.Create,
        RooflineCommand.Create,
        ExplainCommand.Create,
        LoadCommand.Create,
        ScheduleCommand.Create,
        ValidateCommand.Create,
        CatalogCommand.Create,
        FitCommand.Create,
        CalibrateCommand.Create,
        SchemaCommand.Create,
    ];

    /// <summary>Runs a command on a plain page of 100 columns.</summary>
    public static ExitCode Run(IReadOnlyList<string> args, TextWriter output, TextWriter error, CancellationToken cancellation) =>
        Run(args, output, error, Terminal.Plain, cancellation);

    /// <summary>Runs a command. Its answer goes to <paramref name="output"/> whole or not at all, messages go to <paramref name="error"/>.</summary>
    public static ExitCode Run(IReadOnlyList<string> args, TextWriter output, TextWriter error, Terminal terminal, CancellationToken cancellation)
    {
        using var answer = new StringWriter { NewLine = "\n" };
        RootCommand root = Root(new CommandHost(answer, error, terminal, cancellation));
        ParseResult parse = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
        ExitCode code = parse.Errors.Count > 0 && parse.Action is not HelpAction ? Refuse(parse, root, error) : Invoke(parse, answer, error);
        return code is ExitCode.Answer or ExitCode.Infeasible ? Deliver(answer, output, error, code) : code;
    }

    /// <summary>Writes the answer. A reader that went away (a closed pipe) is no fault of anybody; a full disk is told.</summary>
    private static ExitCode Deliver(StringWriter answer, TextWriter output, TextWriter error, ExitCode code)
    {
        try
        {
            output.Write(answer.ToString());
            output.Flush();
            return code;
        }
        catch (IOException failure)
        {
            error.WriteLine("llmsim: the answer could not be written: " + failure.Message);
            return ExitCode.BadInput;
        }
    }

    private static ExitCode Invoke(ParseResult parse, StringWriter answer, TextWriter error) => (ExitCode)parse.Invoke(new InvocationConfiguration
    {
        Output = answer,
        Error = error,
        EnableDefaultExceptionHandler = false,
        ProcessTerminationTimeout = null,
    });

    private static RootCommand Root(CommandHost host)
    {
        var root = new RootCommand(Summary) { GlobalOptions.Json(), GlobalOptions.NoColor(), GlobalOptions.Debug() };
        root.HelpName = "llmsim";
        foreach (Func<CommandHost, Command> create in Commands)
        {
            root.Add(create(host));
        }

        Examples.AddTo(root);
        return root;
    }

    /// <summary>Every parse error, with the nearest legal word where something was mistyped.</summary>
    private static ExitCode Refuse(ParseResult parse, RootCommand root, TextWriter error)
    {
        Command command = parse.CommandResult.Command;
        IEnumerable<string> legal = [.. command.Subcommands.Select(static c => c.Name), .. OptionNames(command), .. OptionNames(root)];
        foreach (string message in Messages(parse).Distinct(StringComparer.Ordinal))
        {
            error.WriteLine("llmsim: " + message);
        }

        IEnumerable<string> options = parse.Tokens.Where(static token => token.Type == TokenType.Argument).Select(static token => token.Value);
        foreach (string found in parse.UnmatchedTokens.Concat(options.Where(static word => word.StartsWith('-'))).Distinct())
        {
            if (NearestName.Find(found, legal) is string near)
            {
                error.WriteLine($"llmsim: '{found}' is not known here; did you mean '{near}'?");
            }
        }

        string path = command == root ? string.Empty : " " + command.Name;
        error.WriteLine(command == root ? "commands: " + string.Join(", ", root.Subcommands.Select(static c => c.Name)) : Examples.Usage(command));
        error.WriteLine($"see 'llmsim{path} --help'");
        return ExitCode.BadInput;
    }

    /// <summary>Once a word is not recognised, the missing command is a consequence of it and not said again.</summary>
    private static string[] Messages(ParseResult parse)
    {
        string[] all = [.. parse.Errors.Select(static e => e.Message)];
        string[] unknown = [.. all.Where(message => parse.UnmatchedTokens.Any(token => message.Contains(token, StringComparison.Ordinal)))];
        return unknown.Length > 0 ? unknown : all;
    }

    private static IEnumerable<string> OptionNames(Command command) => command.Options.Select(static o => o.Name);
}
