using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;
using LlmSim.Model.Units;

namespace LlmSim.Model.Cost;

/// <summary>Time of causal attention of prompts: scores in padded blocks, exponentials, the longest block, and traffic that does not overlap.</summary>
/// <remarks>
/// Blocks of 128 queries see keys in steps of 128, so that a chunk of s tokens computes its scores and about 64·s more. Chunks below 128 tokens are packed with
/// the query heads that share a KV head where that is less work. Each score costs 4d/(e_c·F) + x_e/(16·S·f); each block a fixed time.
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
        double padded = shape.Heads * (shape.Scores + (chunks * Padding(meanTokens, meanPast, shape.Window)));
        double items = chunks * shape.Heads * Math.Ceiling(meanTokens / Block);
        double longestRow = Math.Min(meanPast + (Block * Math.Ceiling(meanTokens / Block)), shape.Window > 0 ? shape.Window + Block : double.PositiveInfinity);
        if (meanTokens < Block)
        {
            double packedBlocks = chunks * shape.KvHeads * Math.Ceiling(meanTokens * shape.Heads / shape.KvHeads / Block);
            double packed = packedBlocks * Block * PackedKeyStep * Math.Ceiling((meanPast + meanTokens) / PackedKeyStep);
            (padded, items) = packed < padded ? (packed, packedBlocks) : (padded, items);
        }

        NumberFormat format = GemmCost.ComputeFormat(NumberFormat.Bf16, device);
        double product = 4 * shape.HeadSize / (constants.ComputeShare * device.Peak(format).Value);
        double exponential = constants.ExponentialTerm / (ExponentialsPerClock * device.Multiprocessors * device.BoostClock.Value);
        double perScore = (product * (shape.Backward ? BackwardFlops / constants.BackwardRate : 1)) + exponential;
        double total = (padded * perScore) + (items * constants.ItemTime.Value / device.Multiprocessors);
        double longest = (Block * longestRow * perScore * device.Multiprocessors) + constants.ItemTime.Value;
        double compute = SmoothMaximum.Of(total, longest, constants.Smoothness);
        double memory = Traffic(shape) * (shape.Backward ? 2 : 1) / (constants.MemoryShare * device.MemoryBandwidth.Value);
        return new(new(compute), new(memory), Seconds.Zero, constants.Floor, Seconds.Zero, constants.Floor + new Seconds(compute + memory));
    }

    /// <summary>Scores that blocks compute beyond the causal mask, for one head and a chunk of mean length.</summary>
    private static double Padding(double tokens, double past, int window)
    {
        double blocks = Math.Ceiling(tokens / Block);
        double limit = window > 0 ? window + Block : double.PositiveInfinity;

        // Block i of 128 queries sees min(past + 128·i, limit) keys; the first blocks grow, the rest see the limit.
        double growing = double.IsPositiveInfinity(limit) ? blocks : Math.Clamp(Math.Floor((limit - past) / Block), 0, blocks);
        double rows = (growing * past) + (Block * growing * (growing + 1) / 2) + (growing < blocks ? (blocks - growing) * limit : 0);
        return Math.Max(0, (Block * rows) - BatchShape.CausalScores((long)tokens, (long)past, window));
    }

    /// <summary>Queries and results, new keys and values read and written to the cache, cached ones read.</summary>
    private static double Traffic(PrefillAttentionShape shape)
    {
        double cacheByte = shape.Cache.BytesPerElement();
        return (4 * shape.Tokens * shape.Heads * shape.HeadSize)
            + (2 * shape.Tokens * shape.KvHeads * shape.HeadSize * (2 + (2 * cacheByte)))
            + (2 * shape.Past * shape.KvHeads * shape.HeadSize * cacheByte);
    }
}
