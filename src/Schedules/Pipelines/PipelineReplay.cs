using LlmSim.Model.Units;

namespace LlmSim.Schedules.Pipelines;

/// <summary>Gives the passes of a schedule their times: the longest path through the order of each stage and the dependencies between them.</summary>
/// <remarks>
/// Each stage runs ahead until the product that it waits for is not there, and is taken up again when the stage beside it makes one. Every pass is
/// visited once, so the replay is linear in passes. Nothing is shared between stages but time, hence no event queue is needed;
/// the replay on the engine gives the same numbers, and shares links where exchanges and messages meet, which this one leaves out. Times are whole nanoseconds, rounded once for each kind of pass of a chunk.
/// </remarks>
public static class PipelineReplay
{
    private const long NotYet = -1;
    private const long Never = long.MaxValue;

    /// <summary>Replays a schedule.</summary>
    /// <param name="schedule">A schedule without problems in <see cref="ScheduleRules"/>.</param>
    /// <param name="costs">Times of each of its chunks.</param>
    /// <param name="record">Whether to keep the span of each pass.</param>
    /// <exception cref="ArgumentException">The costs are for another number of chunks, or the schedule is stuck.</exception>
    public static PipelineReplayResult Run(PipelineSchedule schedule, StageCosts costs, bool record = false)
    {
        var tally = new ReplayTally(schedule, record);
        int[] reached = Walk(schedule, PassDurations.Of(schedule, costs), tally);
        for (int stage = 0; stage < schedule.Stages; stage++)
        {
            if (reached[stage] < schedule.ByStage[stage].Length)
            {
                throw new ArgumentException($"{schedule.Name} is stuck: stage {stage} waits for ever before {schedule.ByStage[stage][reached[stage]]}", nameof(schedule));
            }
        }

        return tally.Result(costs.End is { } end ? ExchangeEnds.Alone(schedule, end, tally) : []);
    }

    /// <summary>Runs all that can run, and returns how many passes each stage got through.</summary>
    internal static int[] Walk(PipelineSchedule schedule, PassDurations durations, ReplayTally? tally)
    {
        var links = new PassLinks(schedule.Shape);
        long[] made = new long[links.Products];
        Array.Fill(made, NotYet);
        int[] next = new int[schedule.Stages];
        long[] clock = new long[schedule.Stages];
        bool[] waiting = new bool[schedule.Stages];
        var ready = new Stack<int>(Enumerable.Range(0, schedule.Stages).Reverse());
        while (ready.TryPop(out int stage))
        {
            waiting[stage] = false;
            ReadOnlySpan<Pass> passes = schedule.ByStage[stage].AsSpan();
            for (; next[stage] < passes.Length; next[stage]++)
            {
                Pass pass = passes[next[stage]];
                long start = Math.Max(clock[stage], Arrival(made, links.Needs(stage, pass), durations.Transfer));
                if (pass.Kind == PassKind.Overlapped)
                {
                    start = Math.Max(start, Arrival(made, links.BackwardNeed(stage, pass), durations.Transfer));
                }

                if (start == Never)
                {
                    waiting[stage] = true;
                    break;
                }

                clock[stage] = start + durations.Of(stage, next[stage], pass);
                Make(made, links, stage, pass, clock[stage]);
                tally?.Note(stage, next[stage], start, clock[stage]);
                Wake(links.ForwardReceiver(stage, pass), waiting, ready);
                Wake(links.BackwardReceiver(stage, pass), waiting, ready);
            }
        }

        return next;
    }

    private static long Arrival(long[] made, PassLinks.Need need, long transfer)
    {
        if (need.Product == PassLinks.Nothing)
        {
            return 0;
        }

        long time = made[need.Product];
        return time == NotYet ? Never : time + (need.Hop ? transfer : 0);
    }

    private static void Make(long[] made, PassLinks links, int stage, Pass pass, long time)
    {
        if (pass.IsForward)
        {
            made[links.Activations(stage, pass)] = time;
        }

        if (pass.IsBackward)
        {
            made[links.InputGradient(stage, pass)] = time;
        }
    }

    private static void Wake(int stage, bool[] waiting, Stack<int> ready)
    {
        if (stage != PassLinks.Nothing && waiting[stage])
        {
            waiting[stage] = false;
            ready.Push(stage);
        }
    }
}
