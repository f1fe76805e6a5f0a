using System.Collections.Immutable;
using LlmSim.Model.Calibration;
using LlmSim.Model.Units;

namespace LlmSim.Model.Cost;

/// <summary>Constants of the absorbed form of <see cref="LatentAttentionCost"/> for one pair of cache and projection formats.</summary>
/// <param name="Floor">Small kernels of the module: norms, rotary, cache write.</param>
/// <param name="ProjectionFactor">Time of the projections relative to the same products alone, with warm operands.</param>
/// <param name="ComputeShare">Share of the peak matrix rate in attention.</param>
/// <param name="MemoryShare">Share of the peak memory bandwidth at which the cache is read.</param>
/// <param name="DoublingTime">Time for each doubling of the new tokens, as small kernels fill the device.</param>
/// <param name="ItemTime">Fixed time of one token on one multiprocessor, once every multiprocessor has one.</param>
/// <param name="SequenceTime">Time for each token of the longest context: one sequence is split over few blocks; zero where it is not felt.</param>
/// <param name="ActivationTime">Copies of queries and outputs between kernels for each token and head.</param>
/// <param name="PaddingTime">Kernels that pad the heads to a whole block; zero where the attention kernel takes any number.</param>
/// <param name="SmallTileReread">Extra share of cache bytes where 17 to 32 heads run as two tiles of 16; zero where tiles hold 64.</param>
public sealed record LatentAbsorbedConstants(
    Seconds Floor, double ProjectionFactor, double ComputeShare, double MemoryShare, Seconds DoublingTime, Seconds ItemTime, Seconds SequenceTime,
    Seconds ActivationTime, Seconds PaddingTime, double SmallTileReread) : IConstants<LatentAbsorbedConstants>
{
    /// <inheritdoc/>
    public static ImmutableArray<Constant<LatentAbsorbedConstants>> Table { get; } =
    [
        Constant.Time<LatentAbsorbedConstants>(
            "floor", "small kernels of the module: norms, rotary, cache write",
            1, 300, static c => c.Floor, static (c, v) => c with { Floor = v }),
        Constant.Number<LatentAbsorbedConstants>(
            "projection_factor", "time of the projections relative to the same products alone",
            0.2, 4, static c => c.ProjectionFactor, static (c, v) => c with { ProjectionFactor = v }),
        Constant.Number<LatentAbsorbedConstants>(
            "compute_share", "share of the peak matrix rate in attention",
            0.05, 1, static c => c.ComputeShare, static (c, v) => c with { ComputeShare = v }),
        Constant.Number<LatentAbsorbedConstants>(
            "memory_share", "share of the peak memory bandwidth at which the cache is read",
            0.2, 1, static c => c.MemoryShare, static (c, v) => c with { MemoryShare = v }),
        Constant.Time<LatentAbsorbedConstants>(
            "doubling_time", "time for each doubling of the new tokens",
            0.001, 30, static c => c.DoublingTime, static (c, v) => c with { DoublingTime = v }),
        Constant.Time<LatentAbsorbedConstants>(
            "item_time", "fixed time of one token on one multiprocessor, once each has one",
            0.01, 50, static c => c.ItemTime, static (c, v) => c with { ItemTime = v }),
        Constant.Time<LatentAbsorbedConstants>(
            "sequence_time", "time for each token of the longest context, which is split over few blocks",
            0.00001, 0.01, static c => c.SequenceTime, static (c, v) => c with { SequenceTime = v }),
        Constant.Time<LatentAbsorbedConstants>(
            "activation_time", "copies of queries and outputs between kernels for each token and head",
            0.00005, 0.05, static c => c.ActivationTime, static (c, v) => c with { ActivationTime = v }),
        Constant.Time<LatentAbsorbedConstants>(
            "padding_time", "kernels that pad the heads to a whole block",
            0.1, 100, static c => c.PaddingTime, static (c, v) => c with { PaddingTime = v }),
        Constant.Choice<LatentAbsorbedConstants>(
            "small_tile_reread", "extra share of cache bytes where 17 to 32 heads run as two tiles of 16",
            0, 1, static c => c.SmallTileReread, static (c, v) => c with { SmallTileReread = v }),
    ];

    /// <inheritdoc/>
    public static LatentAbsorbedConstants Typical { get; } = new(
        Seconds.Microseconds(50), 1.3, 0.8, 0.85, Seconds.Microseconds(3), Seconds.Microseconds(3), Seconds.Microseconds(0.0006),
        Seconds.Microseconds(0.0025), Seconds.Microseconds(15), 0);
}
