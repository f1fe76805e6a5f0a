using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;
using LlmSim.Model.Units;

namespace LlmSim.Model.Cost;

/// <summary>Time of attention of decoding sequences: the cache is read once, and each pair of a sequence and a KV head has a fixed cost on a multiprocessor.</summary>
/// <remarks>floor + pnorm(bytes/(e_m·BW), c_b·B·H_kv/S·(d/128)^a). Products are neglected: grouped-query decoding stays bound by memory or by work items.</remarks>
public static class DecodeAttentionCost
{
    private const double ReferenceHeadSize = 128;

    /// <summary>The price of an attention on a device.</summary>
    public static OperatorCost Price(DecodeAttentionShape shape, Accelerator device, DecodeAttentionConstants constants)
    {
        double cacheBytes = 2 * shape.Context * shape.KvHeads * shape.HeadSize * shape.Cache.BytesPerElement();
        double queryBytes = 4 * shape.Sequences * shape.NewTokens * shape.Heads * shape.HeadSize;
        double memory = (cacheBytes + queryBytes) / (constants.MemoryShare * device.MemoryBandwidth.Value);
        double items = constants.ItemTime.Value * shape.Sequences * shape.KvHeads / device.Multiprocessors * Math.Pow(shape.HeadSize / ReferenceHeadSize, constants.HeadSizeExponent);
        double total = SmoothMaximum.Of(memory, items, constants.Smoothness);
        return new(new(items), new(memory), Seconds.Zero, constants.Floor, Seconds.Zero, constants.Floor + new Seconds(total));
    }
}
