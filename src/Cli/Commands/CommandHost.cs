using System.CommandLine;
using LlmSim.Cli.Output;

namespace LlmSim.Cli.Commands;

/// <summary>What every command is given: where its answer and its messages go, how wide the page is, and whether it was interrupted.</summary>
/// <param name="Answer">The answer; shown only if the command has one.</param>
/// <param name="Error">Messages.</param>
/// <param name="Terminal">The page on which people read.</param>
/// <param name="Cancellation">Set when the user interrupts.</param>
internal sealed record CommandHost(TextWriter Answer, TextWriter Error, Terminal Terminal, CancellationToken Cancellation)
{
    /// <summary>A page for text, with colours where terminal and user allow.</summary>
    public Page Page(ParseResult parse) => new(Answer, Terminal, Terminal.Colors && !GlobalOptions.IsNoColor(parse));

    /// <summary>Reports that the input is wrong.</summary>
    public ExitCode Refuse(IEnumerable<string> messages)
    {
        foreach (string message in messages)
        {
            Error.WriteLine(message);
        }

        return ExitCode.BadInput;
    }
}
