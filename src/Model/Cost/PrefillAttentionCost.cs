using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;
using LlmSim.Model.Units;

namespace LlmSim.Model.Cost;

/// <summary>Time of causal attention of prompts: scores in padded tiles, exponentials, the longest tile, and traffic that does not overlap.</summary>
/// <remarks>
/// Each score of a tile costs 4d/(e_c·F) + x_e/(16·S·f); each tile a fixed time. Total work and the longest tile meet in a smooth maximum; where a kernel splits
/// keys and tiles leave multiprocessors idle, these share the longest one. FlashAttention-3 packs the queries of a KV head into tiles of 192 rows up to head size
/// 96 and of 128 above, FlashAttention-2 has 64 rows of one head, both with 128 keys at a time.
/// Where a cache is written, a token takes a thread block of up to 512 threads, one for each element of its keys, and the device holds 2048 threads a
/// multiprocessor: time goes with min(h_kv·d, 512). Heads that lie apart in the cache add a time each.
/// The branch with cached tokens (past &gt; 0) follows from the same counts but no measurement has tested it.
/// </remarks>
public static class PrefillAttentionCost
{
    private const double ExponentialsPerClock = 16;
    private const double BackwardFlops = 2.5;
    private const double NarrowHead = 96;
    private const double SlotThreads = 512;

    /// <summary>Head size above which a tile's accumulators do not fit the registers, so that the products are made in two passes over the keys.</summary>
    private const double WideHead = 256;
    private const double WidePasses = 2;

    /// <summary>Share of the multiprocessors that tiles have to fill before FlashAttention-3 stops splitting keys (num_splits_heuristic).</summary>
    private const double FullShare = 0.8;

    /// <summary>Least blocks of keys of a part.</summary>
    private const double LeastPart = 2;

    /// <summary>The price of an attention on a device.</summary>
    public static OperatorCost Price(PrefillAttentionShape shape, Accelerator device, PrefillAttentionConstants constants)
    {
        double chunks = Math.Max(1, shape.Chunks);
        double tokens = shape.Tokens / chunks;
        double past = shape.Past / chunks;
        double group = constants.PacksQueries > 0 ? Math.Max(1, shape.Heads / Math.Max(1, shape.KvHeads)) : 1;
        double rows = shape.HeadSize <= NarrowHead ? constants.NarrowTileRows : constants.TileRows;
        var tiles = PrefillTiles.Of(tokens, past, shape.Window, rows, constants.KeyBlock, group);
        double tileArea = rows * constants.KeyBlock;
        double padding = (tiles.KeyBlocks * tileArea / group) - BatchShape.CausalScores(tokens, past, shape.Window);
        double scores = shape.Heads * (shape.Scores + (chunks * Math.Max(0, padding)));
        double items = chunks * tiles.Count * shape.Heads / group;
        double perScore = PerScore(shape, device, constants);
        double itemTime = constants.ItemTime.Value;
        double parts = 1;
        if (constants.SplitTime > Seconds.Zero && !shape.Backward)
        {
            parts = Math.Clamp(FullShare * device.Multiprocessors / items, 1, Math.Max(1, tiles.Longest / LeastPart));
        }

        double total = (scores * perScore) + (items * itemTime / device.Multiprocessors);
        double longest = (tiles.Longest * tileArea * perScore * device.Multiprocessors / parts) + itemTime + (constants.SplitTime.Value * (1 - (1 / parts)));
        double compute = SmoothMaximum.Of(total, longest, constants.Smoothness);
        double memory = (Traffic(shape) * (shape.Backward ? 2 : 1) / (constants.MemoryShare * device.MemoryBandwidth.Value)) + CacheWrite(shape, constants);
        return new(new(compute), new(memory), Seconds.Zero, constants.Floor, Seconds.Zero, constants.Floor + new Seconds(compute + memory));
    }

    /// <summary>The decoding attention as which engines run prompts of a single token; null for longer ones.</summary>
    public static DecodeAttentionShape? AsDecoding(PrefillAttentionShape shape)
    {
        if (!shape.WritesCache || shape.Backward || shape.Tokens > shape.Chunks)
        {
            return null;
        }

        double context = shape.Past + shape.Tokens;
        bool cut = shape.Window > 0 && context > shape.Window * shape.Chunks;
        return new(
            shape.Chunks, cut ? shape.Window * shape.Chunks : context, shape.Heads, shape.KvHeads, shape.HeadSize, shape.Cache, Window: cut ? shape.Window : 0);
    }

    /// <summary>Seconds of the whole device for one score of one head: the products of queries and keys and of weights and values, and the exponential.</summary>
    private static double PerScore(PrefillAttentionShape shape, Accelerator device, PrefillAttentionConstants constants)
    {
        NumberFormat format = GemmCost.ComputeFormat(NumberFormat.Bf16, device);
        double product = 4 * shape.HeadSize / (constants.ComputeShare * device.Peak(format).Value);
        product *= shape.HeadSize > WideHead ? WidePasses : 1;
        product *= shape.Backward ? BackwardFlops / constants.BackwardRate : 1;
        return product + (constants.ExponentialTerm / (ExponentialsPerClock * device.Multiprocessors * device.BoostClock.Value));
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

    private static double CacheWrite(PrefillAttentionShape shape, PrefillAttentionConstants constants)
    {
        double threads = Math.Min(shape.KvHeads * shape.HeadSize, SlotThreads) / SlotThreads;
        return shape.WritesCache ? shape.Tokens * ((constants.SlotTime.Value * threads) + (shape.KvHeads * constants.HeadTime.Value)) : 0;
    }
}
