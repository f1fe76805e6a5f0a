using LlmSim.Model.Units;

namespace LlmSim.Schedules.Pipelines;

/// <summary>When each stage is through with the exchange of its gradients, where nothing else uses its link.</summary>
internal static class ExchangeEnds
{
    /// <summary>The ends in nanoseconds by stage, not before the stage's last pass.</summary>
    internal static long[] Alone(PipelineSchedule schedule, StepEnd end, ReplayTally tally)
    {
        long[] ends = new long[schedule.Stages];
        for (int stage = 0; stage < ends.Length; stage++)
        {
            long free = 0;
            foreach ((long ready, long length) in Exchanges(schedule, end, tally, stage))
            {
                free = Math.Max(free, ready) + length;
            }

            ends[stage] = Math.Max(free, tally.LastEnd(stage));
        }

        return ends;
    }

    /// <summary>The exchanges of a stage in the order in which they become ready.</summary>
    private static IEnumerable<(long Ready, long Length)> Exchanges(PipelineSchedule schedule, StepEnd end, ReplayTally tally, int stage) =>
        from entry in tally.LastWeights(stage)
        let exchange = end.ByChunk[schedule.Shape.Position(stage, entry.Chunk)]
        let ready = end.Overlapped ? entry.Last.End - Lead(exchange, entry.Last) : tally.LastEnd(stage)
        orderby ready, entry.Last.Start
        select (ready, Instant.At(exchange.Time).Nanoseconds);

    /// <summary>How long before the end of a chunk's last pass its exchange may begin: no more of it than has been made by then.</summary>
    internal static long Lead(GradientExchange exchange, PassTime last) => Math.Min(Instant.At(exchange.Lead).Nanoseconds, last.End - last.Start);
}

/// <summary>When a pass ran, in nanoseconds.</summary>
internal readonly record struct PassTime(long Start, long End);
