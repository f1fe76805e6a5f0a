using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace LlmSim.Cli.Commands;

/// <summary>Examples below the help of each command.</summary>
internal static class Examples
{
    private const string Serve = "scenarios/serve/llama-3.1-8b-h100.yaml";
    private const string Train = "scenarios/train/gpt-22b-8xa100.yaml";

    private static readonly Dictionary<string, string[]> ByCommand = new(StringComparer.Ordinal)
    {
        ["llmsim"] = [$"run {Serve}", $"memory {Train} --set parallel.tensor=4", "catalog accelerators h100"],
        ["run"] = [$"run {Train}", $"run {Serve} --set traffic.trace=requests.csv.gz --json"],
        ["check"] = ["check scenarios/train/*.yaml", $"check {Serve} --set serving.max_batch=64"],
        ["memory"] = [$"memory {Train}", $"memory {Train} --set parallel.tensor=4 --json"],
        ["roofline"] = [$"roofline {Serve} --context 4000 --batch 64", $"roofline {Train}"],
        ["load"] = [$"load {Serve}", $"load {Serve} --rate 2..30 --points 15 --chart load.svg"],
        ["explain"] = [$"explain {Train}", $"explain {Serve} --json"],
        ["schedule"] =
        [
            "schedule 1f1b --stages 8 --microbatches 24 --forward '18.5 ms' --backward-input '18.1 ms' --backward-weight '9.3 ms' --transfer '0.6 ms' --svg 1f1b.svg",
            "schedule --compare --stages 8 --microbatches 32 --forward 10ms --backward-input 10ms --backward-weight 8ms",
        ],
        ["validate"] = ["validate", "validate --measurements my-gemm.csv --by table,gpu,dtype", "validate --measurements tables/ --csv rows.csv --json"],
        ["calibrate"] = ["calibrate", "calibrate --cpu --seed 7 --json"],
        ["catalog"] = ["catalog", "catalog models", "catalog accelerators h100-sxm", "catalog efficiencies h100-sxm --json"],
        ["schema"] = ["schema > llmsim.schema.json", "schema --reference > scenario-reference.md"],
    };

    /// <summary>Writes examples after the usual help of a root command and its commands.</summary>
    public static void AddTo(RootCommand root)
    {
        foreach (HelpOption help in root.Options.OfType<HelpOption>())
        {
            help.Action = new HelpWithExamples((HelpAction)help.Action!);
        }
    }

    /// <summary>The first example of a command, in one line.</summary>
    public static string Usage(Command command) =>
        ByCommand.TryGetValue(command.Name, out string[]? lines) ? "for example: llmsim " + lines[0] : "for example: llmsim " + command.Name;

    private sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            int code = usual.Invoke(parseResult);
            Command command = parseResult.CommandResult.Command;
            if (ByCommand.TryGetValue(command is RootCommand ? "llmsim" : command.Name, out string[]? lines))
            {
                TextWriter output = parseResult.InvocationConfiguration.Output;
                output.WriteLine("Examples:");
                foreach (string line in lines)
                {
                    output.WriteLine("  llmsim " + line);
                }
            }

            return code;
        }
    }
}
