using System.Globalization;
using CsCheck;
using LlmSim.Model.Units;
using LlmSim.Schedules.Pipelines;
using Xunit;

namespace LlmSim.Tests.Schedules.Pipelines;

/// <summary>Schedules against the closed forms and figures of their papers.</summary>
public sealed class PublishedSchedulesTests
{
    private static readonly Gen<PassTimes> Times = Gen.Select(Gen.Int[1, 900], Gen.Int[1, 900], Gen.Int[1, 900])
        .Select(static t => new PassTimes(Pipelines.Time(t.Item1), Pipelines.Time(t.Item2), Pipelines.Time(t.Item3)));

    [Fact]
    public void GPipe_idles_for_p_minus_1_micro_batches()
    {
        // Huang et al. 2019, section 2.3: bubble (p − 1)/(m + p − 1).
        Gen.Select(Gen.Int[1, 9], Gen.Int[1, 20], Times).Sample(static (p, m, t) =>
            Assert.Equal((t.Whole * (m + p - 1)).Value, Run("gpipe", p, m, t).Span.Value, 1e-12));
    }

    [Fact]
    public void Naive_model_parallelism_works_on_one_stage_at_a_time()
    {
        Gen.Select(Gen.Int[1, 9], Gen.Int[1, 9], Times).Sample(static (p, m, t) =>
            Assert.Equal((t.Whole * (m * p)).Value, Run("naive", p, m, t).Makespan.Value, 1e-12));
    }

    [Fact]
    public void Handmade_zero_bubble_schedules_idle_as_their_paper_says()
    {
        // Qi et al. 2023, table 1: (p − 1)(F + B − W) and (p − 1)(F + B − 2W), with equal times (p − 1)·t and 0.
        Gen.Select(Gen.Int[1, 9], Gen.Int[0, 12], Gen.Int[1, 900]).Sample(static (p, more, ns) =>
        {
            Seconds t = Pipelines.Time(ns);
            int m = (2 * p) + more;
            PipelineReplayResult h1 = Run("zb-h1", p, m, new(t, t, t));
            PipelineReplayResult h2 = Run("zb-h2", p, m, new(t, t, t));
            Assert.Equal((t * ((3 * m) + p - 1)).Value, h1.Span.Value, 1e-12);
            Assert.Equal((t * (3 * m)).Value, h2.Span.Value, 1e-12);
            Assert.True(h1.PeakLiveMicroBatchesByStage.Max() <= p && h2.PeakLiveMicroBatchesByStage.Max() <= (2 * p) - 1);
        });
    }

    [Theory]
    [InlineData("ZB-H1", "zb-h1")]
    [InlineData("ZB-H2", "zb-h2")]
    [InlineData("1F1B", "1f1b")]
    public void Bubbles_are_those_of_the_zero_bubble_paper(string column, string name)
    {
        // Qi et al. 2023, table 5, from the profiled times of table 9.
        List<Dictionary<string, string>> bubbles = Rows("schedules/e3_zb_table5_bubble_rates.csv");
        Assert.Equal(12, bubbles.Count);
        foreach ((Dictionary<string, string> bubble, Dictionary<string, string> times) in bubbles.Zip(Rows("schedules/zb_profiled_times.csv")))
        {
            // The times of the 14.6B model belong to 16 stages, which table 9 as stored misprints.
            (int p, int m) = ((int)Number(bubble, "p"), (int)Number(bubble, "m"));
            var stage = new PassTimes(Milliseconds(times, "t_f_ms"), Milliseconds(times, "t_b_ms"), Milliseconds(times, "t_w_ms"));
            PipelineReplayResult result = Run(name, p, m, stage, Milliseconds(times, "t_comm_ms"));
            Assert.Equal(Number(bubble, column), result.BubbleFraction, 2e-4);
        }
    }

    [Fact]
    public void Chimera_idles_for_p_minus_2_slots()
    {
        // Li and Hoefler 2021, table 2: bubble ratio (D − 2)/(2N + D − 2) where forward and backward take one slot each, N = D.
        foreach (int p in (int[])[2, 4, 6, 8, 16])
        {
            var slot = Seconds.Microseconds(2);
            PipelineReplayResult result = Run("chimera", p, p, new(slot, slot / 2, slot / 2));
            Assert.Equal((p - 2d) / ((2 * p) + p - 2), result.BubbleFraction, 1e-9);
        }
    }

    [Fact]
    public void DualPipe_idles_as_its_published_formula_says_on_every_stage()
    {
        // DeepSeek's DualPipe: (p/2 − 1)(F&B + B − 3W), B the full backward; on every stage where a pair takes as long as its halves.
        Gen.Select(Gen.Int[1, 8], Gen.Int[0, 12], Gen.Int[1, 300], Gen.Int[0, 300]).Sample(static (half, more, w, saved) =>
        {
            (int p, int m) = (2 * half, (4 * half) + (2 * more));
            Seconds t = Pipelines.Time(w);
            Seconds pair = (t * 3) - Pipelines.Time(Math.Min(saved, w));
            PipelineReplayResult balanced = Run("dualpipe", p, m, new(t, t, t));
            PipelineReplayResult overlapped = Run("dualpipe", p, m, new(t, t, t), pair: pair);
            Assert.All(balanced.IdleByStage, idle => Assert.Equal(((half - 1) * t * 2).Value, idle.Value, 1e-12));
            Assert.Equal((half - 1) * (pair - t).Value, overlapped.IdleByStage.Max().Value, 1e-12);
            Assert.True(balanced.PeakLiveMicroBatchesByStage.Max() <= p + 1);
        });
    }

    [Fact]
    public void DualPipe_spans_the_reference_makespans()
    {
        foreach (Dictionary<string, string> row in Rows("schedules/dualpipe_idle.csv"))
        {
            var unit = Seconds.Microseconds(1);
            var stage = new PassTimes(unit * Number(row, "F"), unit * (Number(row, "Bfull") - Number(row, "W")), unit * Number(row, "W"));
            PipelineReplayResult result = Run(
                "dualpipe", (int)Number(row, "PP"), (int)Number(row, "microbatches_total_both_directions"), stage, pair: unit * Number(row, "FB_overlapped"));
            Assert.Equal((unit * Number(row, "makespan")).Value, result.Makespan.Value, 1e-12);
            Assert.All(result.IdleByStage, idle => Assert.Equal((unit * Number(row, "max_rank_idle")).Value, idle.Value, 1e-12));
        }
    }

    [Fact]
    public void DualPipeV_idles_half_as_long_as_DualPipe_of_twice_the_stages()
    {
        foreach (int p in (int[])[1, 2, 3, 4, 8])
        {
            var t = Seconds.Microseconds(2);
            PipelineReplayResult result = Run("dualpipe-v", p, (2 * p) + 5, new(t, t, t), pair: t * 3);
            Assert.Equal(((p - 1) * t * 2 / 2).Value, result.IdleByStage.Max().Value, 1e-12);
        }
    }

    private static PipelineReplayResult Run(string name, int p, int m, PassTimes stage, Seconds transfer = default, Seconds? pair = null)
    {
        PipelineSchedule schedule = Pipelines.Schedule(name, p, m, 1);
        return PipelineReplay.Run(schedule, StageCosts.Uniform(schedule.Shape, stage, transfer, pair));
    }

    private static List<Dictionary<string, string>> Rows(string table)
    {
        string[] lines = [.. File.ReadLines(GroundTruth.Path(table)).Where(static line => !line.StartsWith('#'))];
        string[] header = lines[0].Split(',');
        return [.. lines.Skip(1).Select(line => header.Zip(line.Split(',')).ToDictionary(static cell => cell.First, static cell => cell.Second))];
    }

    private static Seconds Milliseconds(Dictionary<string, string> row, string column) => Seconds.Microseconds(Number(row, column) * 1e3);

    private static double Number(Dictionary<string, string> row, string column) => double.Parse(row[column], CultureInfo.InvariantCulture);
}
