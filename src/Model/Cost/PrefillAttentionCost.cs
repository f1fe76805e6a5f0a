using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;
using LlmSim.Model.Units;

namespace LlmSim.Model.Cost;

/// <summary>Time of causal attention of prompts: scores in padded blocks, exponentials, the longest block, and traffic that does not overlap.</summary>
/// <remarks>
/// Blocks of 128 queries see keys in steps of 128, the last one up to the prompt's end in steps of the key block. Chunks below the packing limit share a block
/// among the query heads of a KV head where that is less work. Each score costs 4d/(e_c·F) + x_e/(16·S·f); each block a fixed time. Where a cache is written,
/// each token costs a thread block and each of its KV heads a scattered write. Head sizes that no kernel was built for are two to twenty times slower.
/// The branch with cached tokens (past &gt; 0) follows from the same counts but no measurement has tested it.
/// </remarks>
public static class PrefillAttentionCost
{
    private const double Block = 128;
    private const double PackedKeyStep = 64;
    private const double ExponentialsPerClock = 16;
    private const double BackwardFlops = 2.5;

    /// <summary>The price of an attention on a device.</summary>
    public static OperatorCost Price(PrefillAttentionShape shape, Accelerator device, PrefillAttentionConstants constants)
    {
        double chunks = Math.Max(1, shape.Chunks);
        double meanTokens = shape.Tokens / chunks;
        double meanPast = shape.Past / chunks;
        double padded = shape.Heads * (shape.Scores + (chunks * Padding(meanTokens, meanPast, shape.Window, constants.KeyBlock)));
        double items = chunks * shape.Heads * Math.Ceiling(meanTokens / Block);
        double longestRow = Math.Min(meanPast + (Block * Math.Ceiling(meanTokens / Block)), shape.Window > 0 ? shape.Window + Block : double.PositiveInfinity);
        if (meanTokens < constants.PackBelow)
        {
            double packedBlocks = chunks * shape.KvHeads * Math.Ceiling(meanTokens * shape.Heads / shape.KvHeads / Block);
            double keys = Math.Min(meanPast + meanTokens, shape.Window > 0 ? shape.Window + PackedKeyStep : double.PositiveInfinity);
            double packed = packedBlocks * Block * PackedKeyStep * Math.Ceiling(keys / PackedKeyStep);
            (padded, items) = packed < padded ? (packed, packedBlocks) : (padded, items);
        }

        NumberFormat format = GemmCost.ComputeFormat(NumberFormat.Bf16, device);
        double product = 4 * shape.HeadSize / (constants.ComputeShare * device.Peak(format).Value);
        double exponential = constants.ExponentialTerm / (ExponentialsPerClock * device.Multiprocessors * device.BoostClock.Value);
        double perScore = (product * (shape.Backward ? BackwardFlops / constants.BackwardRate : 1)) + exponential;
        double total = (padded * perScore) + (items * constants.ItemTime.Value / device.Multiprocessors);
        double longest = (Block * longestRow * perScore * device.Multiprocessors) + constants.ItemTime.Value;
        double compute = SmoothMaximum.Of(total, longest, constants.Smoothness);
        double memory = (Traffic(shape) * (shape.Backward ? 2 : 1) / (constants.MemoryShare * device.MemoryBandwidth.Value)) + CacheWrite(shape, constants);
        bool copies = meanTokens <= 1 && chunks > 1 && shape.KvHeads > 1 && shape.Heads > shape.KvHeads;
        Seconds launch = constants.Floor + (copies ? constants.CopyTime : Seconds.Zero);
        return new(new(compute), new(memory), Seconds.Zero, launch, Seconds.Zero, launch + new Seconds(compute + memory));
    }

    /// <summary>Scores that blocks compute beyond the causal mask, for one head and a chunk of mean length.</summary>
    private static double Padding(double tokens, double past, int window, double keyBlock)
    {
        double blocks = Math.Ceiling(tokens / Block);
        double limit = window > 0 ? window + Block : double.PositiveInfinity;

        // Block i of 128 queries sees min(past + 128·i, limit) keys; the first blocks grow, the rest see the limit.
        double growing = double.IsPositiveInfinity(limit) ? blocks : Math.Clamp(Math.Floor((limit - past) / Block), 0, blocks);
        double rows = (growing * past) + (Block * growing * (growing + 1) / 2) + (growing < blocks ? (blocks - growing) * limit : 0);
        rows -= growing < blocks ? 0 : (blocks * Block) - Math.Min(blocks * Block, Math.Ceiling(tokens / keyBlock) * keyBlock);
        return Math.Max(0, (Block * rows) - BatchShape.CausalScores((long)tokens, (long)past, window));
    }

    /// <summary>Queries and results, new keys and values read and where there is a cache written to it, cached ones read.</summary>
    private static double Traffic(PrefillAttentionShape shape)
    {
        double cacheByte = shape.Cache.BytesPerElement();
        double newKeys = shape.WritesCache ? 2 + (2 * cacheByte) : 2;
        return (4 * shape.Tokens * shape.Heads * shape.HeadSize)
            + (2 * shape.Tokens * shape.KvHeads * shape.HeadSize * newKeys)
            + (2 * shape.Past * shape.KvHeads * shape.HeadSize * cacheByte);
    }

    private static double CacheWrite(PrefillAttentionShape shape, PrefillAttentionConstants constants) =>
        shape.WritesCache ? shape.Tokens * (constants.TokenTime.Value + (shape.KvHeads * constants.HeadTime.Value)) : 0;
}
