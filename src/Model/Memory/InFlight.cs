using LlmSim.Model.Parallelism;

namespace LlmSim.Model.Memory;

/// <summary>How many micro-batches a stage has run forward and not yet backward, by schedule.</summary>
public enum InFlightRule
{
    /// <summary>1F1B with a flush, and schedules of equal memory (ZB-1p): min(m, p-i).</summary>
    OneForwardOneBackward,

    /// <summary>Interleaved 1F1B: 2(p-i-1) + (v-1)p + 1 chunks (Narayanan 2021, section 2.2).</summary>
    Interleaved,

    /// <summary>GPipe and no pipelining by micro-batch: all m.</summary>
    GPipe,

    /// <summary>ZB-2p and ZB-H2: min(m, 2(p-i)) (Qi 2024, section 2.3).</summary>
    ZeroBubbleTwoP,

    /// <summary>V-shaped schedules with balanced memory (ZB-V): min(m, p) on every stage.</summary>
    Balanced,

    /// <summary>DualPipe and its V-shaped half: p + 1 on every stage (DeepSeek-AI 2024, table 2).</summary>
    DualPipe,
}

/// <summary>Peak number of micro-batches in flight on each chunk of a stage.</summary>
public static class InFlight
{
    /// <summary>Micro-batches whose activations of one chunk are alive at the peak.</summary>
    /// <param name="rule">The schedule.</param>
    /// <param name="stages">The pipeline.</param>
    /// <param name="stage">The stage i, from zero.</param>
    /// <param name="chunk">The chunk of that stage, from zero.</param>
    /// <param name="microBatches">Micro-batches m in a step.</param>
    public static int OfChunk(InFlightRule rule, StageLayers stages, int stage, int chunk, int microBatches)
    {
        int depth = stages.Stages;
        return rule switch
        {
            _ when depth == 1 && rule != InFlightRule.GPipe => 1,
            InFlightRule.OneForwardOneBackward => Math.Min(microBatches, depth - stage),
            InFlightRule.Interleaved => Interleaved(stages, stage, chunk, microBatches),
            InFlightRule.GPipe => microBatches,
            InFlightRule.ZeroBubbleTwoP => Math.Min(microBatches, 2 * (depth - stage)),
            InFlightRule.Balanced => Math.Min(microBatches, depth),
            InFlightRule.DualPipe => Math.Min(microBatches, depth + 1),
            _ => throw new ArgumentOutOfRangeException(nameof(rule)),
        };
    }

    /// <summary>
    /// Warm-up runs rounds of p micro-batches through chunk 0, then chunk 1 and so on; the count of one chunk among the first 2(p-i-1) + (v-1)p + 1
    /// forwards.
    /// </summary>
    private static int Interleaved(StageLayers stages, int stage, int chunk, int microBatches)
    {
        int depth = stages.Stages;
        int virtualStages = stages.VirtualStages;
        int forwards = Math.Min(microBatches * virtualStages, (2 * (depth - stage - 1)) + ((virtualStages - 1) * depth) + 1);
        int round = depth * virtualStages;
        int whole = forwards / round * depth;
        int rest = Math.Clamp((forwards % round) - (chunk * depth), 0, depth);
        return whole + rest;
    }
}
