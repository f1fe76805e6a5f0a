using LlmSim.Model.Units;

namespace LlmSim.Schedules.Pipelines;

/// <summary>Equal stages on which schedules are compared.</summary>
/// <param name="Stages">Stages p.</param>
/// <param name="MicroBatches">Micro-batches m; of a bidirectional schedule those of both directions.</param>
/// <param name="Chunks">Chunks of a stage asked for; 1 stands for a schedule's own number.</param>
/// <param name="Stage">Times of one micro-batch in a whole stage.</param>
public sealed record ScheduleQuestion(int Stages, int MicroBatches, int Chunks, PassTimes Stage)
{
    /// <summary>Time of a hop between stages, which occupies neither.</summary>
    public Seconds Transfer { get; init; }

    /// <summary>Time of a forward of a whole stage overlapped with a backward; null where that gains nothing.</summary>
    public Seconds? OverlappedPair { get; init; }

    /// <summary>Most micro-batches whose activations a stage may hold, a whole stage counting 1; null for the schedule's own.</summary>
    public double? MemoryLimit { get; init; }
}

/// <summary>What became of a schedule on equal stages.</summary>
public sealed record ScheduleTrial
{
    private ScheduleTrial(ScheduleQuestion question, PipelineSchedule schedule, PipelineReplayResult replay)
    {
        (Question, Schedule, Replay) = (question, schedule, replay);
    }

    /// <summary>The stages.</summary>
    public ScheduleQuestion Question { get; }

    /// <summary>The schedule.</summary>
    public PipelineSchedule Schedule { get; }

    /// <summary>Its replay.</summary>
    public PipelineReplayResult Replay { get; }

    /// <summary>Share of the span beyond the work of all micro-batches on one stage: (span − m(F + B + W))/span; below 0 where overlapping saves more than waiting costs.</summary>
    /// <remarks>Qi et al. 2023, section 5.3.</remarks>
    public double BubbleFraction => Replay.Span > Seconds.Zero ? (Replay.Span - (Question.Stage.Whole * Question.MicroBatches)) / Replay.Span : 0;

    /// <summary>What a step costs where the next one follows: the span, or the work alone where nothing is flushed.</summary>
    public Seconds Step => Schedule.Flushless ? Question.Stage.Whole * Question.MicroBatches : Replay.Span;

    /// <summary>Messages between stages relative to 1F1B's 2(p − 1) for each micro-batch; 1 where there is one stage.</summary>
    public double Traffic
    {
        get
        {
            PipelineShape shape = Schedule.Shape;
            int hops = Enumerable.Range(1, shape.RouteLength - 1).Count(position => shape.StageAt(position - 1, 0) != shape.StageAt(position, 0));
            return shape.Stages == 1 ? 1 : hops / (shape.Stages - 1d);
        }
    }

    /// <summary>Replays a schedule, or says why it cannot be.</summary>
    /// <param name="name">Name or alias of the schedule.</param>
    /// <param name="question">The stages.</param>
    /// <param name="record">Whether to keep the span of each pass.</param>
    /// <param name="problem">Why there is no replay; empty otherwise.</param>
    /// <param name="isLegal">Whether the size is legal, so that the memory limit alone stands in the way.</param>
    public static ScheduleTrial? Run(string name, ScheduleQuestion question, bool record, out string problem, out bool isLegal)
    {
        isLegal = PipelineSchedules.TryShape(name, question.Stages, question.MicroBatches, question.Chunks, out PipelineShape shape, out problem);
        if (!isLegal)
        {
            return null;
        }

        StageCosts costs = StageCosts.Uniform(shape, question.Stage, question.Transfer, question.OverlappedPair);
        return PipelineSchedules.TryGenerate(name, shape, costs, question.MemoryLimit, out PipelineSchedule? schedule, out problem)
            ? new(question, schedule, PipelineReplay.Run(schedule, costs, record))
            : null;
    }
}
