using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using LlmSim.Cli.Output;

[assembly: InternalsVisibleTo("LlmSim.Tests")]

namespace LlmSim.Cli;

/// <summary>The entry point of <c>llmsim</c>: joins the command line to the terminal and turns whatever escapes it into an exit code.</summary>
internal static class Program
{
    private const string PleaseReport = "(a defect of llmsim: please report it with what the same command says under --debug)";

    private static int Main(string[] args)
    {
        using var interrupted = new CancellationTokenSource();
        Console.CancelKeyPress += (_, press) =>
        {
            press.Cancel = !interrupted.IsCancellationRequested; // a second one ends the process at once
            interrupted.Cancel();
        };
        return (int)Guard(
            () => CommandLine.Run(args, Console.Out, Console.Error, Terminal.OfConsole(), interrupted.Token),
            args.Contains(GlobalOptions.DebugName),
            Console.Error);
    }

    /// <summary>Runs the program; an exception that nobody expected becomes one line on <paramref name="error"/>, or its stack.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "The one place that catches everything: a defect ends in its exit code and a line that tells it.")]
    internal static ExitCode Guard(Func<ExitCode> program, bool debug, TextWriter error)
    {
        try
        {
            return program();
        }
        catch (OperationCanceledException)
        {
            error.WriteLine("llmsim: interrupted");
            return ExitCode.Cancelled;
        }
        catch (Exception defect)
        {
            error.WriteLine(debug
                ? defect.ToString()
                : $"llmsim: internal error: {defect.GetType().Name}: {FirstLine(defect.Message)} {PleaseReport}");
            return ExitCode.Defect;
        }
    }

    private static string FirstLine(string text) => text.Split('\n', 2)[0].TrimEnd('\r');
}
