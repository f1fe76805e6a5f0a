using System.Collections.Immutable;
using LlmSim.Model.Calibration;
using LlmSim.Model.Units;

namespace LlmSim.Model.Cost;

/// <summary>Constants of <see cref="PrefillAttentionCost"/> for one format of the cache.</summary>
/// <param name="Floor">Smallest time of the kernel.</param>
/// <param name="ComputeShare">Share of the peak matrix rate.</param>
/// <param name="ExponentialTerm">Exponentials that are not hidden behind products, in sixteenths of a clock and multiprocessor for each score.</param>
/// <param name="ItemTime">Fixed time of one tile of queries of one head.</param>
/// <param name="MemoryShare">Share of the peak memory bandwidth for inputs, results and the cache write.</param>
/// <param name="Smoothness">Order of the smooth maximum of total work and longest tile.</param>
/// <param name="SlotTime">Cache write of a token whose keys fill a thread block; a token with fewer takes a share.</param>
/// <param name="HeadTime">Cache write: what each KV head of a token adds where heads lie apart; zero where they lie together.</param>
/// <param name="SplitTime">Reduction of a tile whose keys are split among multiprocessors; zero for kernels that do not split.</param>
/// <param name="TileRows">Queries of a tile.</param>
/// <param name="NarrowTileRows">Queries of a tile for head sizes up to 96.</param>
/// <param name="KeyBlock">Keys that a tile takes at a time.</param>
/// <param name="PacksQueries">One where the query heads of a KV head share tiles; zero where each has its own.</param>
/// <param name="BackwardRate">Rate of the gradient's products relative to the forward ones.</param>
public sealed record PrefillAttentionConstants(
    Seconds Floor, double ComputeShare, double ExponentialTerm, Seconds ItemTime, double MemoryShare, double Smoothness, Seconds SlotTime, Seconds HeadTime,
    Seconds SplitTime, double TileRows, double NarrowTileRows, double KeyBlock, double PacksQueries, double BackwardRate) : IConstants<PrefillAttentionConstants>
{
    /// <inheritdoc/>
    public static ImmutableArray<Constant<PrefillAttentionConstants>> Table { get; } =
    [
        Constant.Time<PrefillAttentionConstants>(
            "floor", "smallest time of the kernel",
            0.5, 100, static c => c.Floor, static (c, v) => c with { Floor = v }),
        Constant.Number<PrefillAttentionConstants>(
            "compute_share", "share of the peak matrix rate",
            0.01, 1, static c => c.ComputeShare, static (c, v) => c with { ComputeShare = v }),
        Constant.Number<PrefillAttentionConstants>(
            "exponential_term", "exponentials that are not hidden behind products, in sixteenths of a clock and multiprocessor for each score",
            0.001, 4, static c => c.ExponentialTerm, static (c, v) => c with { ExponentialTerm = v }),
        Constant.Time<PrefillAttentionConstants>(
            "item_time", "fixed time of one tile of queries of one head",
            0.01, 50, static c => c.ItemTime, static (c, v) => c with { ItemTime = v }),
        Constant.Number<PrefillAttentionConstants>(
            "memory_share", "share of the peak memory bandwidth for inputs, results and the cache write",
            0.05, 1, static c => c.MemoryShare, static (c, v) => c with { MemoryShare = v }),
        Constant.Number<PrefillAttentionConstants>(
            "smoothness", "order of the smooth maximum of total work and longest tile",
            0.5, 10, static c => c.Smoothness, static (c, v) => c with { Smoothness = v }),
        Constant.Time<PrefillAttentionConstants>(
            "slot_time", "cache write of a token whose keys fill a thread block; a token with fewer takes a share",
            0, 0.05, static c => c.SlotTime, static (c, v) => c with { SlotTime = v }),
        Constant.Time<PrefillAttentionConstants>(
            "head_time", "cache write: what each KV head of a token adds where heads lie apart; zero where they lie together",
            0, 0.02, static c => c.HeadTime, static (c, v) => c with { HeadTime = v }),
        Constant.Time<PrefillAttentionConstants>(
            "split_time", "reduction of a tile whose keys are split among multiprocessors; zero for kernels that do not split",
            0, 50, static c => c.SplitTime, static (c, v) => c with { SplitTime = v }),
        Constant.Choice<PrefillAttentionConstants>(
            "tile_rows", "queries of a tile",
            16, 256, static c => c.TileRows, static (c, v) => c with { TileRows = v }),
        Constant.Choice<PrefillAttentionConstants>(
            "narrow_tile_rows", "queries of a tile for head sizes up to 96",
            16, 256, static c => c.NarrowTileRows, static (c, v) => c with { NarrowTileRows = v }),
        Constant.Choice<PrefillAttentionConstants>(
            "key_block", "keys that a tile takes at a time",
            16, 256, static c => c.KeyBlock, static (c, v) => c with { KeyBlock = v }),
        Constant.Choice<PrefillAttentionConstants>(
            "packs_queries", "one where the query heads of a KV head share tiles; zero where each has its own",
            0, 1, static c => c.PacksQueries, static (c, v) => c with { PacksQueries = v }),
        Constant.Choice<PrefillAttentionConstants>(
            "backward_rate", "rate of the gradient's products relative to the forward ones",
            0.2, 1.5, static c => c.BackwardRate, static (c, v) => c with { BackwardRate = v }),
    ];

    /// <inheritdoc/>
    public static PrefillAttentionConstants Typical { get; } = new(
        Seconds.Microseconds(9), 0.9, 0.8, Seconds.Microseconds(1.8), 0.8, 1.5, Seconds.Microseconds(0.003), Seconds.Zero, Seconds.Zero, 128, 128, 128, 0, 0.75);
}
