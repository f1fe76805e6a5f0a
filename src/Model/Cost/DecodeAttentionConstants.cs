using System.Collections.Immutable;
using LlmSim.Model.Calibration;
using LlmSim.Model.Units;

namespace LlmSim.Model.Cost;

/// <summary>Constants of <see cref="DecodeAttentionCost"/> for one format of the cache.</summary>
/// <param name="Floor">Smallest time of the kernel, at head size 128.</param>
/// <param name="MemoryShare">Share of the peak memory bandwidth.</param>
/// <param name="ItemTime">Fixed time of one pair of a sequence and a KV head on one multiprocessor, at head size 128.</param>
/// <param name="HeadSizeExponent">How that time grows with the head size; the floor grows with 0.4 of it.</param>
/// <param name="Smoothness">Order of the smooth maximum of memory and work items.</param>
/// <param name="TokenTime">Time of one token of context on one multiprocessor, at head size 128: the chain of a context that is not split.</param>
/// <param name="SplitTime">Cost of each further part into which a context is split.</param>
/// <param name="WindowTime">What a sliding window adds where it cuts the context; zero where nothing.</param>
/// <param name="WideGroupFactor">Time of an item whose KV head serves more than 16 queries, relative to one of fewer; zero where alike.</param>
/// <param name="CopyTime">Copies that pack the queries of a KV head (FlashAttention-2); zero for kernels that pack on the fly.</param>
/// <param name="SequenceTime">What each sequence adds to the launch: the scheduler of lengths that differ (FlashAttention-3); zero for kernels without.</param>
/// <param name="Knee">Waves around the first over which items come to count: small where one wave runs free, above one where items queue from the start.</param>
/// <param name="FixedSplits">Parts into which every context is split whatever its length; zero where the kernel chooses.</param>
public sealed record DecodeAttentionConstants(
    Seconds Floor, double MemoryShare, Seconds ItemTime, double HeadSizeExponent, double Smoothness, Seconds TokenTime, Seconds SplitTime,
    Seconds WindowTime, double WideGroupFactor, Seconds CopyTime, Seconds SequenceTime, double Knee, double FixedSplits) : IConstants<DecodeAttentionConstants>
{
    /// <inheritdoc/>
    public static ImmutableArray<Constant<DecodeAttentionConstants>> Table { get; } =
    [
        Constant.Time<DecodeAttentionConstants>(
            "floor", "smallest time of the kernel, at head size 128",
            0.5, 100, static c => c.Floor, static (c, v) => c with { Floor = v }),
        Constant.Number<DecodeAttentionConstants>(
            "memory_share", "share of the peak memory bandwidth",
            0.1, 1, static c => c.MemoryShare, static (c, v) => c with { MemoryShare = v }),
        Constant.Time<DecodeAttentionConstants>(
            "item_time", "fixed time of one pair of a sequence and a KV head on one multiprocessor, at head size 128",
            0.01, 50, static c => c.ItemTime, static (c, v) => c with { ItemTime = v }),
        Constant.Number<DecodeAttentionConstants>(
            "head_size_exponent", "how that time grows with the head size; the floor grows with 0.4 of it",
            0.001, 2, static c => c.HeadSizeExponent, static (c, v) => c with { HeadSizeExponent = v }),
        Constant.Number<DecodeAttentionConstants>(
            "smoothness", "order of the smooth maximum of memory and work items",
            0.5, 10, static c => c.Smoothness, static (c, v) => c with { Smoothness = v }),
        Constant.Time<DecodeAttentionConstants>(
            "token_time", "time of one token of context on one multiprocessor, at head size 128: the chain of a context that is not split",
            5e-05, 0.2, static c => c.TokenTime, static (c, v) => c with { TokenTime = v }),
        Constant.Time<DecodeAttentionConstants>(
            "split_time", "cost of each further part into which a context is split",
            0.001, 20, static c => c.SplitTime, static (c, v) => c with { SplitTime = v }),
        Constant.Time<DecodeAttentionConstants>(
            "window_time", "what a sliding window adds where it cuts the context; zero where nothing",
            0, 50, static c => c.WindowTime, static (c, v) => c with { WindowTime = v }),
        Constant.Number<DecodeAttentionConstants>(
            "wide_group_factor", "time of an item whose KV head serves more than 16 queries, relative to one of fewer; zero where alike",
            0, 4, static c => c.WideGroupFactor, static (c, v) => c with { WideGroupFactor = v }),
        Constant.Time<DecodeAttentionConstants>(
            "copy_time", "copies that pack the queries of a KV head (FlashAttention-2); zero for kernels that pack on the fly",
            0, 50, static c => c.CopyTime, static (c, v) => c with { CopyTime = v }),
        Constant.Time<DecodeAttentionConstants>(
            "sequence_time", "what each sequence adds to the launch: the scheduler of lengths that differ (FlashAttention-3); zero for kernels without",
            0, 1, static c => c.SequenceTime, static (c, v) => c with { SequenceTime = v }),
        Constant.Choice<DecodeAttentionConstants>(
            "knee", "waves around the first over which items come to count: small where one wave runs free, above one where items queue from the start",
            0.01, 4, static c => c.Knee, static (c, v) => c with { Knee = v }),
        Constant.Choice<DecodeAttentionConstants>(
            "fixed_splits", "parts into which every context is split whatever its length; zero where the kernel chooses",
            0, 256, static c => c.FixedSplits, static (c, v) => c with { FixedSplits = v }),
    ];

    /// <inheritdoc/>
    public static DecodeAttentionConstants Typical { get; } = new(
        Seconds.Microseconds(11), 0.87, Seconds.Microseconds(3), 0.35, 1.5, Seconds.Microseconds(0.002), Seconds.Microseconds(0.4), Seconds.Zero, 0, Seconds.Zero,
        Seconds.Zero, 0.5, 0);
}
