using System.Collections.Immutable;
using System.Globalization;
using LlmSim.Cli.Output;
using LlmSim.Model.Units;
using LlmSim.Schedules.Pipelines;
using ScottPlot;

namespace LlmSim.Cli.Charts;

/// <summary>Who runs what when: a row for each stage, a bar for each pass with the number of its micro-batch.</summary>
internal static class GanttChart
{
    private const int Width = 1240;
    private const int Frame = 130;
    private const int TallestRow = 34;
    private const int LowestRow = 12;
    private const int Tallest = 1000;

    /// <summary>Draws a trial as SVG.</summary>
    public static void WriteSvg(string path, ScheduleTrial trial) => WriteSvg(path, Title(trial), trial.Schedule, trial.Replay);

    /// <summary>Draws a trial as PNG.</summary>
    public static void WritePng(string path, ScheduleTrial trial) => WritePng(path, Title(trial), trial.Schedule, trial.Replay);

    /// <summary>Draws a replay as SVG.</summary>
    public static void WriteSvg(string path, string title, PipelineSchedule schedule, PipelineReplayResult replay)
    {
        using Plot plot = Draw(title, schedule, replay);
        plot.SaveSvg(path, Width, Height(schedule.Stages));
    }

    /// <summary>Draws a replay as PNG.</summary>
    public static void WritePng(string path, string title, PipelineSchedule schedule, PipelineReplayResult replay)
    {
        using Plot plot = Draw(title, schedule, replay);
        plot.SavePng(path, Width, Height(schedule.Stages));
    }

    private static string Title(ScheduleTrial trial) =>
        $"{trial.Schedule.Name}: {trial.Replay.Span}, bubble {Words.Percent(trial.BubbleFraction)}, {trial.Replay.PeakLiveMicroBatchesByStage.Max():0.##} micro-batches held";

    private static int Height(int stages) => Frame + Math.Clamp(stages * TallestRow, TallestRow, Math.Max(Tallest, stages * LowestRow));

    private static Plot Draw(string title, PipelineSchedule schedule, PipelineReplayResult replay)
    {
        Plot plot = ChartStyle.NewPlot(title);
        (double scale, string unit) = Scale(replay.Makespan);
        var bars = new PassBars(schedule, replay.Spans, scale);
        plot.Add.Plottable(bars);
        plot.HideGrid();
        plot.Axes.SetLimits(0, replay.Makespan.Value * scale, schedule.Stages - 0.4, -0.6);
        int every = Math.Max(1, schedule.Stages * LowestRow / (Height(schedule.Stages) - Frame));
        int[] shown = [.. Enumerable.Range(0, schedule.Stages).Where(stage => stage % every == 0)];
        plot.Axes.Left.SetTicks([.. shown.Select(static stage => (double)stage)], [.. shown.Select(static stage => stage.ToString(CultureInfo.InvariantCulture))]);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.XLabel($"time, {unit}");
        plot.YLabel("stage");
        foreach ((PassKind kind, string name) in Kinds(schedule))
        {
            plot.Legend.ManualItems.Add(new LegendItem { LabelText = name, FillColor = PassBars.Colour(kind, 0) });
        }

        plot.Legend.Orientation = Orientation.Horizontal;
        plot.ShowLegend(Edge.Bottom);
        return plot;
    }

    private static IEnumerable<(PassKind Kind, string Name)> Kinds(PipelineSchedule schedule)
    {
        (PassKind Kind, string Name)[] names =
        [
            (PassKind.Forward, "forward"),
            (PassKind.Backward, "backward (both gradients)"),
            (PassKind.BackwardInput, "gradient of inputs"),
            (PassKind.BackwardWeight, "gradient of weights"),
        ];
        ImmutableHashSet<PassKind> used = [.. schedule.ByStage.SelectMany(static passes => passes).SelectMany(static pass =>
            pass.Kind == PassKind.Overlapped ? [PassKind.Forward, PassKind.Backward] : (PassKind[])[pass.Kind])];
        return names.Where(name => used.Contains(name.Kind));
    }

    private static (double Scale, string Unit) Scale(Seconds longest) => longest.Value switch
    {
        >= 1 => (1, "s"),
        >= 1e-3 => (1e3, "ms"),
        _ => (1e6, "µs"),
    };
}
