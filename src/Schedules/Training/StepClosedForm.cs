using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;
using LlmSim.Schedules.Pipelines;

namespace LlmSim.Schedules.Training;

/// <summary>The time of a pipeline without replay, for ranking many layouts: the heaviest stage works through all micro-batches, the others fill and drain.</summary>
/// <remarks>
/// T = m·t_max + idle + transfers. Idle by schedule, with F, B and W of the median stage (B the gradient of inputs): 1F1B, GPipe and interleaved (p − 1)(F + B + W)/v
/// (Narayanan 2021, section 2.2; exact for equal stages); ZB-H1, ZB-1p (p − 1)(F + B − W), ZB-H2 (p − 1)(F + B − 2W), ZB-2p and ZB-V none (Qi 2023, table 1);
/// V-Half and V-Min half and two thirds of 1F1B's (Qi 2024, table 1); Chimera (p − 2)/2·(F + B + W) (Li 2021, table 2); DualPipe (p/2 − 1)(F&amp;B + B − 2W) and DualPipeV half of
/// twice the stages' (DeepSeek-AI 2024, table 2); naive (p − 1)·m·(F + B + W); PipeDream none.
/// </remarks>
public static class StepClosedForm
{
    /// <summary>The makespan of a schedule.</summary>
    /// <param name="schedule">Name and size; its passes are not looked at.</param>
    /// <param name="costs">Costs of its chunks.</param>
    public static Seconds Makespan(PipelineSchedule schedule, StageCosts costs) => Makespan(schedule.Name, schedule.Shape, costs);

    /// <summary>The makespan of a schedule.</summary>
    /// <param name="name">Name of the schedule.</param>
    /// <param name="shape">Its size.</param>
    /// <param name="costs">Costs of its chunks.</param>
    public static Seconds Makespan(string name, PipelineShape shape, StageCosts costs)
    {
        (int p, int m) = (shape.Stages, shape.MicroBatches);
        Span<double> whole = p <= 256 ? stackalloc double[p] : new double[p];
        for (int stage = 0; stage < p; stage++)
        {
            for (int chunk = 0; chunk < shape.Chunks; chunk++)
            {
                whole[stage] += costs.ByChunk[shape.Position(stage, chunk)].Whole.Value * shape.StageParts / shape.Chunks;
            }
        }

        double heaviest = 0;
        foreach (double stage in whole)
        {
            heaviest = Math.Max(heaviest, stage);
        }

        PassTimes middle = Middle(shape, costs);
        double work = shape.Placement == ChunkPlacement.Bidirectional ? heaviest * 2 / shape.Chunks : heaviest;
        double pair = costs.PairByChunk.IsEmpty ? middle.Whole.Value : costs.PairByChunk[shape.RouteLength / 2].Value * shape.StageParts;
        double idle = p == 1 ? 0 : Math.Max(0, Idle(name, shape, pair, middle));
        return new((m * work) + idle + Transfers(name, shape, costs.Transfer.Value));
    }

    /// <summary>Times of a whole stage in the middle of the pipeline.</summary>
    private static PassTimes Middle(PipelineShape shape, StageCosts costs)
    {
        PassTimes chunk = costs.ByChunk[shape.RouteLength / 2];
        return new(chunk.Forward * shape.StageParts, chunk.BackwardInput * shape.StageParts, chunk.BackwardWeight * shape.StageParts);
    }

    /// <summary>Time in which the median stage waits, in seconds; may be below 0 where weight gradients take longer than all else.</summary>
    /// <param name="name">Name of the schedule.</param>
    /// <param name="shape">Its size.</param>
    /// <param name="pair">Time of an overlapped pair of whole stages.</param>
    /// <param name="t">Times of a whole stage.</param>
    internal static double Idle(string name, PipelineShape shape, double pair, PassTimes t)
    {
        (double f, double b, double w, int p) = (t.Forward.Value, t.BackwardInput.Value, t.BackwardWeight.Value, shape.Stages);
        return name switch
        {
            "naive" => (p - 1d) * shape.MicroBatches * (f + b + w),
            "pipedream" or "zb-2p" or "zb-v" => 0,
            "zb-h1" or "zb-1p" => (p - 1) * (f + b - w),
            "zb-h2" => (p - 1) * (f + b - (2 * w)),
            "v-half" => (p - 1) * (f + b + w) / 2,
            "v-min" => (p - 1) * (f + b + w) * 2 / 3,
            "chimera" => (p - 2) * (f + b + w) / 2,
            "dualpipe" => ((p / 2d) - 1) * (pair + b - (2 * w)),
            "dualpipe-v" => (p - 1) * (pair + b - (2 * w)) / 2,
            _ => (p - 1) * (f + b + w) / shape.Chunks,
        };
    }

    /// <summary>Messages that nothing hides: 2c(m(p − 1)/p + p − 2) where each stage waits for each, 2c(pv − 1) where they fill and drain alone.</summary>
    internal static double Transfers(string name, PipelineShape shape, double hop)
    {
        int p = shape.Stages;
        if (p == 1)
        {
            return 0;
        }

        bool waitsForEach = name is "1f1b" or "pipedream" || (name == "interleaved-1f1b" && shape.Chunks == 1);
        return waitsForEach ? Math.Max(0, 2 * hop * ((shape.MicroBatches * (p - 1d) / p) + p - 2)) : 2 * hop * (shape.RouteLength - 1);
    }
}
