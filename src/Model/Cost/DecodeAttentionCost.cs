using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;
using LlmSim.Model.Units;

namespace LlmSim.Model.Cost;

/// <summary>Time of attention of decoding sequences: the cache is read once, by work items on multiprocessors that split long contexts.</summary>
/// <remarks>
/// With w = items/S waves of items (a sequence and a KV head each), C the mean context and n parts of it:
/// floor·(d/128)^0.4a + c_q·B + pnorm(bytes/(e_m·BW), c_i·ramp(w)·(d/128)^a + c_t·C/n·max(1, w) + c_s·(n - 1) + c_w), and what copies add.
/// The first wave is in the floor: ramp(w) is a smooth max(0, w - 1) that sets in over k waves around the first. Parts share a context among idle
/// multiprocessors until the sum of chain and reduction is least, n = sqrt(c_t·C/c_s) between 1 and 1/w. FlashAttention-2 (copy time above zero) copies queries
/// and results so that those of a KV head lie together, unless there is one sequence or one KV head, and splits no context where each query has its own KV head.
/// A kernel of fixed splits makes an item of each part, needed or not. Products are neglected: decoding stays bound by memory or by work items.
/// </remarks>
public static class DecodeAttentionCost
{
    private const double ReferenceHeadSize = 128;
    private const double FloorShareOfExponent = 0.4;

    /// <summary>Queries of a KV head that fit the narrow tile of decoding kernels.</summary>
    private const double NarrowTile = 16;

    /// <summary>Passes over queries and results when they are copied: two reads and two writes of each.</summary>
    private const double CopyPasses = 8;

    /// <summary>Sequences up to which engines capture whole steps as graphs; the scheduler of lengths reserves no more than theirs.</summary>
    private const double CapturedSequences = 512;

    /// <summary>Sequences up to which all fixed splits are kept, and the splits that remain of many more.</summary>
    private const double FullySplitSequences = 256;
    private const double LeastSplits = 4;

    /// <summary>The price of an attention on a device.</summary>
    public static OperatorCost Price(DecodeAttentionShape shape, Accelerator device, DecodeAttentionConstants constants)
    {
        if (shape.Sequences <= 0)
        {
            return default;
        }

        double size = shape.HeadSize / ReferenceHeadSize;
        double group = shape.Heads * shape.NewTokens / Math.Max(1, shape.KvHeads);
        double context = shape.Context / shape.Sequences;
        double bandwidth = constants.MemoryShare * device.MemoryBandwidth.Value;
        double queryBytes = 2 * shape.Sequences * shape.NewTokens * shape.Heads * shape.HeadSize;
        double memory = ((2 * shape.Context * shape.KvHeads * shape.HeadSize * shape.Cache.BytesPerElement()) + (2 * queryBytes)) / bandwidth;
        double waves = shape.Sequences * shape.KvHeads / device.Multiprocessors;
        bool copies = constants.CopyTime > Seconds.Zero;
        double wide = constants.WideGroupFactor > 0 && group > NarrowTile ? constants.WideGroupFactor : 1;
        double perSize = Math.Pow(size, constants.HeadSizeExponent);
        double splits = FixedSplits(constants, shape.Sequences);
        double items = constants.ItemTime.Value * Ramp(waves * splits, constants.Knee) * perSize * wide;
        double parts = copies && group <= 1 ? 1 : splits > 1 ? splits : Parts(constants, context * size, waves);
        double chain = (constants.TokenTime.Value * size * context / parts * Math.Max(1, waves * splits)) + (constants.SplitTime.Value * (parts - splits));
        chain += shape.Window > 0 && context >= shape.Window ? constants.WindowTime.Value : 0;
        double total = SmoothMaximum.Of(memory, items + chain, constants.Smoothness);
        double copy = copies && group > 1 && shape.Sequences > 1 && shape.KvHeads > 1 ? CopyPasses * queryBytes / bandwidth : 0;
        Seconds launch = constants.Floor * Math.Pow(size, FloorShareOfExponent * constants.HeadSizeExponent);
        launch += copy > 0 ? constants.CopyTime : Seconds.Zero;
        launch += constants.SequenceTime * Math.Min(shape.Sequences, CapturedSequences);
        return new(new(items + chain), new(memory + copy), Seconds.Zero, launch, Seconds.Zero, launch + new Seconds(total + copy));
    }

    private static double Parts(DecodeAttentionConstants constants, double work, double waves) =>
        Math.Clamp(Math.Sqrt(constants.TokenTime.Value * work / constants.SplitTime.Value), 1, Math.Max(1, 1 / waves));

    private static double FixedSplits(DecodeAttentionConstants constants, double sequences) => constants.FixedSplits <= 0
        ? 1
        : Math.Max(LeastSplits, constants.FixedSplits * Math.Min(1, FullySplitSequences / sequences));

    /// <summary>A smooth maximum of zero and the waves beyond the first.</summary>
    private static double Ramp(double waves, double knee)
    {
        double beyond = waves - Math.Max(0, 1 - knee);
        return (Math.Sqrt((beyond * beyond) + (knee * knee)) + beyond) / 2;
    }
}
