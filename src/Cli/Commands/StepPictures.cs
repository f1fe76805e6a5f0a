using System.Collections.Immutable;
using System.CommandLine;
using LlmSim.Cli.Charts;
using LlmSim.Cli.Output;
using LlmSim.Cli.Reports;
using LlmSim.Schedules.Training;

namespace LlmSim.Cli.Commands;

/// <summary>The options of <c>run</c> that show the passes of a training step.</summary>
internal sealed class StepPictures
{
    private readonly Option<string?> _gantt = new("--gantt") { Description = "Draw who runs what when; .svg or .png", HelpName = "FILE" };
    private readonly Option<string?> _trace = new("--trace")
    {
        Description = "Write a trace of the step, or of the requests of a serving run, for Perfetto or chrome://tracing",
        HelpName = "FILE",
    };

    /// <summary>The options.</summary>
    public Option[] Options => [_gantt, _trace];

    /// <summary>The option that names a trace, of a training step or of a serving run.</summary>
    public Option<string?> Trace => _trace;

    /// <summary>Whether a picture was asked for that only a training step has.</summary>
    public bool AreAsked(ParseResult parse) => parse.GetValue(_gantt) is not null;

    /// <summary>Writes what was asked for; why that failed, or nothing.</summary>
    public ImmutableArray<string> Failures(ParseResult parse, TrainResult result)
    {
        string title = $"{result.Job.Architecture.Name}, {result.Schedule.Name}: passes of one step take {result.Pipeline}, bubble {Words.Percent(result.BubbleFraction)}";
        string?[] failures =
        [
            parse.GetValue(_gantt) is string gantt ? Gantt(gantt, title, result) : null,
            parse.GetValue(_trace) is string trace
                ? WholeFile.Failure("--trace", trace, path => PipelineTrace.Write(path, result.Schedule, result.Replay.Spans, MemoryTimeline.Of(result)))
                : null,
        ];
        return [.. failures.OfType<string>()];
    }

    private static string? Gantt(string path, string title, TrainResult result) => Path.GetExtension(path) switch
    {
        ".svg" => WholeFile.Failure("--gantt", path, target => GanttChart.WriteSvg(target, title, result.Schedule, result.Replay)),
        ".png" => WholeFile.Failure("--gantt", path, target => GanttChart.WritePng(target, title, result.Schedule, result.Replay)),
        var other => $"--gantt {path}: expected a name that ends in .svg or .png, not '{other}'",
    };
}
