using System.CommandLine;
using System.Globalization;
using LlmSim.Cli.Charts;
using LlmSim.Cli.Output;
using LlmSim.Cli.Output.Json;
using LlmSim.Cli.Output.Pages;
using LlmSim.Planning.Jobs;
using LlmSim.Planning.Load;
using LlmSim.Planning.Scenarios;
using LlmSim.Schedules.Serving;

namespace LlmSim.Cli.Commands;

/// <summary><c>load FILE</c>: a load test of a serving scenario.</summary>
internal static class LoadCommand
{
    private const int MostPoints = 1000;

    /// <summary>Load over capacity at which a flood is sent to learn the capacity.</summary>
    private const double Flood = 1000;

    private static readonly Option<string?> Rate = new("--rate")
    {
        Description = "Loads in requests a second, or clients of a closed loop, as FROM..TO; without it those around the capacity",
        HelpName = "A..B",
    };

    private static readonly Option<int> Points = new("--points") { Description = "Number of loads", HelpName = "N", DefaultValueFactory = static _ => 12 };
    private static readonly Option<string?> Chart = new("--chart") { Description = "Draw latency and throughput over load; .svg or .png", HelpName = "FILE" };

    /// <summary>The command.</summary>
    public static Command Create(CommandHost host) => ScenarioCommand.Create(
        "load",
        "Load test a serving scenario: rate against latency and throughput, the knee, and where the system saturates",
        host,
        (parse, question) => question is ServeQuestion serve
            ? Answer(host, parse, serve)
            : host.Refuse(["load tests a serving system; this scenario trains"]),
        Rate, Points, Chart);

    private static ExitCode Answer(CommandHost host, ParseResult parse, ServeQuestion question)
    {
        int points = parse.GetValue(Points);
        string? rate = parse.GetValue(Rate);
        string? chart = parse.GetValue(Chart);
        (double From, double To)? range = Range(rate);
        string?[] problems =
        [
            rate is not null && range is null ? $"--rate {rate}: expected two rising numbers above zero such as 0.5..20" : null,
            points is < 2 or > MostPoints ? Words.Invariant($"--points {points}: expected 2 to {MostPoints}") : null,
            chart is not null && Path.GetExtension(chart) is not (".svg" or ".png") ? $"--chart {chart}: expected a name that ends in .svg or .png" : null,
        ];
        if (problems.OfType<string>().Any())
        {
            return host.Refuse(problems.OfType<string>());
        }

        if (Infeasible.Of(question.Job, ServeRun.Memory(question.Job)) is { } infeasible)
        {
            return ScenarioCommand.NotFeasible(host, parse, question, infeasible);
        }

        try
        {
            return Answer(host, parse, question, Sweep(host, question, range, points));
        }
        catch (InvalidDataException problem)
        {
            return host.Refuse([problem.Message]);
        }
    }

    private static LoadCurve Sweep(CommandHost host, ServeQuestion question, (double From, double To)? range, int points)
    {
        double native = LoadScale.Of(question.Scenario.Traffic);
        (double from, double to) = range ?? LoadTest.Range(Run, native * Flood);
        return LoadTest.Sweep(Run, from, to, points, host.Cancellation);

        ServeResult Run(double load)
        {
            TrafficSource scaled = LoadScale.Times(question.Scenario.Traffic, load / native);
            using OpenedTraffic traffic = ScenarioJobs.OpenTraffic(question.Scenario with { Traffic = scaled });
            return ServeRun.Simulate(question.Job, traffic.Source, host.Cancellation).Result;
        }
    }

    private static ExitCode Answer(CommandHost host, ParseResult parse, ServeQuestion question, LoadCurve curve)
    {
        string unit = Unit(question.Scenario.Traffic);
        string title = $"{question.Title ?? question.Job.Architecture.Name}: load test";
        if (parse.GetValue(Chart) is string chart
            && WholeFile.Failure("--chart", chart, path => LoadChart.Write(path, Path.GetExtension(chart), title, unit, curve)) is { } failure)
        {
            return host.Refuse([failure]);
        }

        if (GlobalOptions.IsJson(parse))
        {
            using var json = new JsonAnswer();
            return json.Load(curve, unit).Finish(host.Answer, ExitCode.Answer);
        }

        return host.Page(parse).Load(question.Job, curve, unit).Finish(ExitCode.Answer);
    }

    private static string Unit(TrafficSource traffic) =>
        LoadScale.IsClosed(traffic) ? "clients" : traffic is SessionTraffic ? "conversations/s" : "requests/s";

    private static (double From, double To)? Range(string? text)
    {
        string[] ends = text?.Split("..") ?? [];
        return ends.Length == 2
            && double.TryParse(ends[0].TrimEnd('/', 's'), NumberStyles.Float, CultureInfo.InvariantCulture, out double from)
            && double.TryParse(ends[1].TrimEnd('/', 's'), NumberStyles.Float, CultureInfo.InvariantCulture, out double to)
            && from > 0 && to > from && double.IsFinite(to) ? (from, to) : null;
    }
}
