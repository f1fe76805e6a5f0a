using System.Collections.Immutable;
using LlmSim.Model.Calibration;
using LlmSim.Model.Units;

namespace LlmSim.Model.Cost;

/// <summary>Constants of <see cref="PrefillAttentionCost"/> for one format of the cache.</summary>
/// <param name="Floor">Smallest time of the kernel.</param>
/// <param name="ComputeShare">Share of the peak matrix rate.</param>
/// <param name="ExponentialTerm">Exponentials that are not hidden behind products, in sixteenths of a clock and multiprocessor for each score.</param>
/// <param name="ItemTime">Fixed time of one block of 128 queries of one head.</param>
/// <param name="MemoryShare">Share of the peak memory bandwidth for inputs, results and the cache write.</param>
/// <param name="Smoothness">Order of the smooth maximum of total work and longest block.</param>
/// <param name="TokenTime">Cache write: one thread block for each token.</param>
/// <param name="HeadTime">Cache write: each KV head of a token, its scattered write and its scale.</param>
/// <param name="CopyTime">Copies that pack the queries of a KV head where each prompt has one token; zero for kernels that pack on the fly.</param>
/// <param name="KeyBlock">Keys that a block of queries takes at a time.</param>
/// <param name="PackBelow">New tokens below which the queries of a KV head share a block.</param>
/// <param name="BackwardRate">Rate of the gradient's products relative to the forward ones.</param>
public sealed record PrefillAttentionConstants(
    Seconds Floor, double ComputeShare, double ExponentialTerm, Seconds ItemTime, double MemoryShare, double Smoothness, Seconds TokenTime,
    Seconds HeadTime, Seconds CopyTime, double KeyBlock, double PackBelow, double BackwardRate) : IConstants<PrefillAttentionConstants>
{
    /// <inheritdoc/>
    public static ImmutableArray<Constant<PrefillAttentionConstants>> Table { get; } =
    [
        Constant.Time<PrefillAttentionConstants>(
            "floor", "smallest time of the kernel",
            0.5, 100, static c => c.Floor, static (c, v) => c with { Floor = v }),
        Constant.Number<PrefillAttentionConstants>(
            "compute_share", "share of the peak matrix rate",
            0.05, 1, static c => c.ComputeShare, static (c, v) => c with { ComputeShare = v }),
        Constant.Number<PrefillAttentionConstants>(
            "exponential_term", "exponentials that are not hidden behind products, in sixteenths of a clock and multiprocessor for each score",
            0.001, 4, static c => c.ExponentialTerm, static (c, v) => c with { ExponentialTerm = v }),
        Constant.Time<PrefillAttentionConstants>(
            "item_time", "fixed time of one block of 128 queries of one head",
            0.01, 50, static c => c.ItemTime, static (c, v) => c with { ItemTime = v }),
        Constant.Number<PrefillAttentionConstants>(
            "memory_share", "share of the peak memory bandwidth for inputs, results and the cache write",
            0.05, 1, static c => c.MemoryShare, static (c, v) => c with { MemoryShare = v }),
        Constant.Number<PrefillAttentionConstants>(
            "smoothness", "order of the smooth maximum of total work and longest block",
            0.5, 10, static c => c.Smoothness, static (c, v) => c with { Smoothness = v }),
        Constant.Time<PrefillAttentionConstants>(
            "token_time", "cache write: one thread block for each token",
            0, 0.05, static c => c.TokenTime, static (c, v) => c with { TokenTime = v }),
        Constant.Time<PrefillAttentionConstants>(
            "head_time", "cache write: each KV head of a token, its scattered write and its scale",
            0, 0.02, static c => c.HeadTime, static (c, v) => c with { HeadTime = v }),
        Constant.Time<PrefillAttentionConstants>(
            "copy_time", "copies that pack the queries of a KV head where each prompt has one token; zero for kernels that pack on the fly",
            0, 50, static c => c.CopyTime, static (c, v) => c with { CopyTime = v }),
        Constant.Number<PrefillAttentionConstants>(
            "key_block", "keys that a block of queries takes at a time",
            16, 256, static c => c.KeyBlock, static (c, v) => c with { KeyBlock = v }) with { Stated = true },
        Constant.Number<PrefillAttentionConstants>(
            "pack_below", "new tokens below which the queries of a KV head share a block",
            1, 100000, static c => c.PackBelow, static (c, v) => c with { PackBelow = v }) with { Stated = true },
        Constant.Number<PrefillAttentionConstants>(
            "backward_rate", "rate of the gradient's products relative to the forward ones",
            0.2, 1.5, static c => c.BackwardRate, static (c, v) => c with { BackwardRate = v }) with { Stated = true },
    ];

    /// <inheritdoc/>
    public static PrefillAttentionConstants Typical { get; } = new(Seconds.Microseconds(9), 0.9, 0.8, Seconds.Microseconds(1.8), 0.8, 1.5, Seconds.Microseconds(0.0006), Seconds.Microseconds(0.0002), Seconds.Zero, 64, 128, 0.75);
}
