using System.Collections.Immutable;
using System.CommandLine;
using LlmSim.Cli.Charts;
using LlmSim.Cli.Output;
using LlmSim.Cli.Output.Json;
using LlmSim.Cli.Output.Pages;
using LlmSim.Cli.Reports;
using LlmSim.Model.Catalog;
using LlmSim.Schedules.Pipelines;

namespace LlmSim.Cli.Commands;

/// <summary><c>schedule</c>: one pipeline schedule on equal stages, or all of them side by side.</summary>
internal static class ScheduleCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandHost host)
    {
        var options = new ScheduleOptions();
        var command = new Command("schedule", "Replay a pipeline schedule with given times, or compare all schedules");
        options.AddTo(command);
        command.SetAction(parse => (int)Answer(host, parse, options));
        return command;
    }

    private static ExitCode Answer(CommandHost host, ParseResult parse, ScheduleOptions options)
    {
        List<string> wrong = [];
        ScheduleQuestion question = options.Read(parse, wrong);
        string? name = options.Name(parse);
        bool isComparison = options.IsComparison(parse);
        (string? svg, string? png, string? trace) = options.Files(parse);
        if (name is null && !isComparison)
        {
            wrong.Add($"name a schedule or give --compare; there are {string.Join(", ", PipelineSchedules.Names)}");
        }
        else if (name is not null && isComparison)
        {
            wrong.Add($"--compare shows all schedules: leave out '{name}', or --compare");
        }
        else if (name is not null && !PipelineSchedules.TryFind(name, out _))
        {
            string near = NearestName.Find(name, PipelineSchedules.Names) is string other ? $"; did you mean '{other}'?" : string.Empty;
            wrong.Add($"no pipeline schedule is called '{name}'; there are {string.Join(", ", PipelineSchedules.Names)}{near}");
        }

        if (isComparison && (svg ?? png ?? trace) is not null)
        {
            wrong.Add("--svg, --png and --trace show one schedule: name it instead of --compare");
        }

        if (wrong.Count > 0)
        {
            return host.Refuse(wrong);
        }

        return isComparison ? Compare(host, parse, question) : One(host, parse, name!, question, (svg, png, trace));
    }

    private static ExitCode One(CommandHost host, ParseResult parse, string name, ScheduleQuestion question, (string? Svg, string? Png, string? Trace) files)
    {
        bool isRecorded = (files.Svg ?? files.Png ?? files.Trace) is not null;
        var trial = ScheduleTrial.Run(name, question, isRecorded, out string problem, out bool isLegal);
        if (trial is null)
        {
            return isLegal ? NotWithin(host, parse, name, problem) : host.Refuse([problem]);
        }

        string?[] failures =
        [
            files.Svg is string svg ? WholeFile.Failure("--svg", svg, path => GanttChart.WriteSvg(path, trial)) : null,
            files.Png is string png ? WholeFile.Failure("--png", png, path => GanttChart.WritePng(path, trial)) : null,
            files.Trace is string trace ? WholeFile.Failure("--trace", trace, path => PipelineTrace.Write(path, trial)) : null,
        ];
        if (failures.OfType<string>().ToImmutableArray() is { IsEmpty: false } unwritten)
        {
            return host.Refuse(unwritten);
        }

        if (GlobalOptions.IsJson(parse))
        {
            using var json = new JsonAnswer();
            return json.Trial(trial).Finish(host.Answer, ExitCode.Answer);
        }

        return host.Page(parse).Trial(trial).Finish(ExitCode.Answer);
    }

    private static ExitCode NotWithin(CommandHost host, ParseResult parse, string name, string problem)
    {
        if (GlobalOptions.IsJson(parse))
        {
            using var json = new JsonAnswer();
            return json.Text("kind", "schedule").Text("schedule", PipelineSchedules.Resolve(name)).Flag("feasible", false).Text("reason", problem)
                .Finish(host.Answer, ExitCode.Infeasible);
        }

        return host.Page(parse).Line("Not feasible: " + problem).Finish(ExitCode.Infeasible);
    }

    private static ExitCode Compare(CommandHost host, ParseResult parse, ScheduleQuestion question)
    {
        ImmutableArray<ScheduleEntry> entries = [.. PipelineSchedules.Names.Select(name => Entry(name, question))];
        if (GlobalOptions.IsJson(parse))
        {
            using var json = new JsonAnswer();
            return json.Trials(question, entries).Finish(host.Answer, ExitCode.Answer);
        }

        return host.Page(parse).Trials(question, entries).Finish(ExitCode.Answer);
    }

    private static ScheduleEntry Entry(string name, ScheduleQuestion question)
    {
        // Most schedules know one chunk only; what was asked for holds where it is legal.
        bool takesChunks = PipelineSchedules.TryFind(name, out IScheduleGenerator? generator) && generator.Chunks(question.Chunks) == question.Chunks;
        var trial = ScheduleTrial.Run(name, takesChunks ? question : question with { Chunks = 1 }, record: false, out string problem, out _);
        return new(name, trial, problem);
    }
}

/// <summary>A schedule in a comparison.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Trial">What became of it; null where there is a problem.</param>
/// <param name="Problem">Why there is none; empty otherwise.</param>
internal sealed record ScheduleEntry(string Name, ScheduleTrial? Trial, string Problem);
