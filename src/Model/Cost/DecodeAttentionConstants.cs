using System.Collections.Immutable;
using LlmSim.Model.Calibration;
using LlmSim.Model.Units;

namespace LlmSim.Model.Cost;

/// <summary>Constants of <see cref="DecodeAttentionCost"/> for one format of the cache.</summary>
/// <param name="Floor">Smallest time of the kernel.</param>
/// <param name="MemoryShare">Share of the peak memory bandwidth.</param>
/// <param name="ItemTime">Fixed time of one pair of a sequence and a KV head on one multiprocessor, at head size 128.</param>
/// <param name="HeadSizeExponent">How that time grows with the head size.</param>
/// <param name="Smoothness">Order of the smooth maximum of both.</param>
public sealed record DecodeAttentionConstants(
    Seconds Floor, double MemoryShare, Seconds ItemTime, double HeadSizeExponent, double Smoothness) : IConstants<DecodeAttentionConstants>
{
    /// <inheritdoc/>
    public static ImmutableArray<Constant<DecodeAttentionConstants>> Table { get; } =
    [
        Constant.Time<DecodeAttentionConstants>(
            "floor", "smallest time of the kernel",
            0.5, 100, static c => c.Floor, static (c, v) => c with { Floor = v }),
        Constant.Number<DecodeAttentionConstants>(
            "memory_share", "share of the peak memory bandwidth",
            0.1, 1.1, static c => c.MemoryShare, static (c, v) => c with { MemoryShare = v }),
        Constant.Time<DecodeAttentionConstants>(
            "item_time", "fixed time of one pair of a sequence and a KV head on one multiprocessor, at head size 128",
            0.01, 50, static c => c.ItemTime, static (c, v) => c with { ItemTime = v }),
        Constant.Number<DecodeAttentionConstants>(
            "head_size_exponent", "how that time grows with the head size",
            0, 2, static c => c.HeadSizeExponent, static (c, v) => c with { HeadSizeExponent = v }),
        Constant.Number<DecodeAttentionConstants>(
            "smoothness", "order of the smooth maximum of both",
            0.5, 10, static c => c.Smoothness, static (c, v) => c with { Smoothness = v }),
    ];

    /// <inheritdoc/>
    public static DecodeAttentionConstants Typical { get; } = new(Seconds.Microseconds(11), 0.85, Seconds.Microseconds(3), 0.35, 1.5);
}
