using System.Collections.Immutable;
using System.CommandLine;
using LlmSim.Cli.Output;
using LlmSim.Cli.Output.Json;
using LlmSim.Validation.Cuda;

namespace LlmSim.Cli.Commands;

/// <summary><c>calibrate</c>: the kernels of calibration on a CUDA device, or on the CPU, each held against double precision.</summary>
internal static class CalibrateCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandHost host)
    {
        var device = new Option<int>("--device") { Description = "Number of the CUDA device", DefaultValueFactory = static _ => 0 };
        var cpu = new Option<bool>("--cpu") { Description = "Run on the CPU; without a CUDA device it does so by itself and says so" };
        var seed = new Option<long>("--seed") { Description = "Seed of the inputs", DefaultValueFactory = static _ => 1 };
        var command = new Command("calibrate", "Run the kernels of calibration and hold their results against double precision") { device, cpu, seed };
        command.SetAction(parse => (int)Answer(host, parse, parse.GetValue(cpu) ? null : parse.GetValue(device), parse.GetValue(seed)));
        return command;
    }

    private static ExitCode Answer(CommandHost host, ParseResult parse, int? asked, long seed)
    {
        ImmutableArray<string> devices = asked is null ? [] : KernelRun.Devices();
        if (asked is int number && !devices.IsEmpty && (number < 0 || number >= devices.Length))
        {
            return host.Refuse([$"there is no CUDA device {number}; legal: 0 to {devices.Length - 1}"]);
        }

        int? device = devices.IsEmpty ? null : asked;
        string where = device is int found ? devices[found] : asked is null ? "CPU" : "CPU, as there is no CUDA device";
        ImmutableArray<CheckedRun> runs = KernelRun.Check(device, seed, static _ => { }, host.Cancellation);
        bool isRight = runs.All(static run => run.Check is null || run.IsRight);
        ExitCode code = isRight ? ExitCode.Answer : ExitCode.Infeasible;
        if (GlobalOptions.IsJson(parse))
        {
            using var json = new JsonAnswer();
            return json.Text("kind", "calibrate").Text("device", where).Flag("right", isRight).List("kernels", runs, Write).Finish(host.Answer, code);
        }

        return host.Page(parse)
            .Title("Kernels of calibration", where)
            .Table(["kernel", ">relative error", ">at most", "verdict"], runs.Select(Row))
            .Line(isRight ? "all are right" : "some are wrong: nothing may be concluded from their times")
            .Finish(code);
    }

    private static IReadOnlyList<string> Row(CheckedRun run) => run.Check is { } check
        ? [run.Kernel.Name, Number(check.Error), Number(run.Kernel.Tolerance), run.IsRight ? "right" : $"wrong: {check}"]
        : [run.Kernel.Name, "-", Number(run.Kernel.Tolerance), "skipped: inline PTX needs a CUDA device"];

    private static string Number(double error) => FormattableString.Invariant($"{error:0.0e+0}");

    private static void Write(JsonAnswer json, CheckedRun run)
    {
        json.Text("name", run.Kernel.Name).Number("tolerance", run.Kernel.Tolerance).Number("error", run.Check?.Error);
        _ = run.Check is null ? json.Null("right") : json.Flag("right", run.IsRight);
    }
}
