using System.Globalization;
using LlmSim.Model.Units;
using LlmSim.Schedules.Pipelines;
using Xunit;

namespace LlmSim.Tests.Schedules.Pipelines;

public sealed class PipelineSpanTableTests
{
    /// <summary>Spans in the table are in units read as microseconds, printed with four decimals.</summary>
    private const double Microsecond = 1e-6;

    [Theory]
    [InlineData("1F1B", "1f1b", 10)]
    [InlineData("1F1B-I(v=2)", "1f1b-i", 5)]
    public void Spans_equal_those_of_the_published_schedulers(string published, string name, int atLeast)
    {
        string[] lines = [.. File.ReadLines(GroundTruth.Path("schedules/pipeline_spans.csv")).Where(static line => !line.StartsWith('#'))];
        string[] header = lines[0].Split(',');
        var rows = lines.Skip(1).Select(line => header.Zip(line.Split(',')).ToDictionary(static cell => cell.First, static cell => cell.Second))
            .Where(row => row["schedule"] == published).ToList();
        Assert.True(rows.Count >= atLeast, $"only {rows.Count} rows of {published}");
        Assert.All(rows, row =>
        {
            PipelineReplayResult result = Replay(name, row);
            Assert.Equal(Number(row, "span") * Microsecond, result.Span.Value, 1e-9);
            Assert.Equal(Number(row, "global_makespan") * Microsecond, result.Makespan.Value, 1e-9);
            Assert.Equal(Number(row, "bubble_rate"), result.BubbleFraction, 2e-6);
        });
    }

    private static PipelineReplayResult Replay(string name, Dictionary<string, string> row)
    {
        (int stages, int chunks) = ((int)Number(row, "p"), (int)Number(row, "v"));
        var stage = new PassTimes(Time(row, "t_f"), Time(row, "t_b"), Time(row, "t_w"));
        PipelineSchedule schedule = Pipelines.Schedule(name, stages, (int)Number(row, "m"), chunks);
        return PipelineReplay.Run(schedule, StageCosts.Uniform(stages, chunks, stage, Time(row, "t_comm")));
    }

    private static Seconds Time(Dictionary<string, string> row, string column) => Seconds.Microseconds(Number(row, column));

    private static double Number(Dictionary<string, string> row, string column) => double.Parse(row[column], CultureInfo.InvariantCulture);
}
