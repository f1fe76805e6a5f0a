using System.Globalization;
using CsCheck;
using LlmSim.Model.Units;
using LlmSim.Schedules.Pipelines;
using Xunit;

namespace LlmSim.Tests.Schedules.Pipelines;

/// <summary>Automatic schedules against those of their papers.</summary>
public sealed class AutomaticZeroBubbleTests
{
    /// <summary>Times are rounded to nanoseconds for each pass.</summary>
    private const double Rounding = 2e-6;

    [Theory]
    [InlineData("ZB-1p (heuristic)", "zb-1p")]
    [InlineData("ZB-2p (heuristic)", "zb-2p")]
    public void Spans_are_no_longer_than_those_of_the_published_schedulers(string published, string name)
    {
        List<string> longer = [];
        foreach (Dictionary<string, string> row in Rows("schedules/pipeline_spans.csv").Where(row => row["schedule"] == published))
        {
            var stage = new PassTimes(Time(row, "t_f"), Time(row, "t_b"), Time(row, "t_w"));
            PipelineReplayResult result = Run(name, (int)Number(row, "p"), (int)Number(row, "m"), stage, Time(row, "t_comm"));
            double span = Number(row, "span") * 1e-6;
            if (result.Span.Value > span * (1 + Rounding))
            {
                longer.Add($"{row["case"]}: {result.Span.Value * 1e6:0.###} > {row["span"]}");
            }
        }

        Assert.Empty(longer);
    }

    [Theory]
    [InlineData("ZB-1p", "zb-1p")]
    [InlineData("ZB-2p", "zb-2p")]
    public void Bubbles_are_at_most_those_of_the_zero_bubble_paper(string column, string name)
    {
        // Qi et al. 2023, table 5, from the profiled times of table 9.
        List<string> larger = [];
        foreach ((Dictionary<string, string> bubble, Dictionary<string, string> times) in Rows("schedules/e3_zb_table5_bubble_rates.csv").Zip(Rows("schedules/zb_profiled_times.csv")))
        {
            var stage = new PassTimes(Milliseconds(times, "t_f_ms"), Milliseconds(times, "t_b_ms"), Milliseconds(times, "t_w_ms"));
            PipelineReplayResult result = Run(name, (int)Number(bubble, "p"), (int)Number(bubble, "m"), stage, Milliseconds(times, "t_comm_ms"));
            if (result.BubbleFraction > Number(bubble, column) + 1e-4)
            {
                larger.Add($"{bubble["model"]} {bubble["m"]}: {result.BubbleFraction:0.#####} > {bubble[column]}");
            }
        }

        Assert.Empty(larger);
    }

    private static PipelineReplayResult Run(string name, int p, int m, PassTimes stage, Seconds transfer)
    {
        var question = new ScheduleQuestion(p, m, 1, stage) { Transfer = transfer };
        var trial = ScheduleTrial.Run(name, question, record: false, out string problem, out _);
        Assert.True(trial is not null, problem);
        Assert.Empty(ScheduleRules.Problems(trial.Schedule));
        Assert.True(PipelineSchedules.TryFind(name, out IScheduleGenerator? generator));
        Assert.Empty(ScheduleRules.MemoryProblem(trial.Schedule, generator.MemoryLimit(trial.Schedule.Shape)!.Value));
        return trial.Replay;
    }

    private static List<Dictionary<string, string>> Rows(string table)
    {
        string[] lines = [.. File.ReadLines(GroundTruth.Path(table)).Where(static line => !line.StartsWith('#'))];
        string[] header = lines[0].Split(',');
        return [.. lines.Skip(1).Select(line => header.Zip(line.Split(',')).ToDictionary(static cell => cell.First, static cell => cell.Second))];
    }

    private static Seconds Time(Dictionary<string, string> row, string column) => Seconds.Microseconds(Number(row, column));

    private static Seconds Milliseconds(Dictionary<string, string> row, string column) => Seconds.Microseconds(Number(row, column) * 1e3);

    private static double Number(Dictionary<string, string> row, string column) => double.Parse(row[column], CultureInfo.InvariantCulture);
}
