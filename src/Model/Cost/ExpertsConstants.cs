using System.Collections.Immutable;
using LlmSim.Model.Calibration;
using LlmSim.Model.Units;

namespace LlmSim.Model.Cost;

/// <summary>Constants of <see cref="ExpertsCost"/> for one number format and kernel.</summary>
/// <param name="Floor">Launches of all kernels of the layer for one token.</param>
/// <param name="OctaveTime">Growth of the routing kernels with each doubling of the tokens, and with each 128 experts.</param>
/// <param name="ComputeShare">Share of the peak matrix rate with tiles of 128 x 128.</param>
/// <param name="MemoryShare">Share of the peak memory bandwidth when reading weights.</param>
/// <param name="LoadShare">Share of the time of a tile of 128 x 128 that goes with its loads of operands; smaller tiles load more for each product.</param>
/// <param name="TileTime">Shortest time of one tile.</param>
/// <param name="TokenPasses">Passes over the hidden vector of every token: quantisation, clearing, weighted sum.</param>
/// <param name="PairPasses">Passes over what each pair of a token and an expert writes and reads between the products.</param>
public sealed record ExpertsConstants(
    Seconds Floor, Seconds OctaveTime, double ComputeShare, double MemoryShare, double LoadShare, Seconds TileTime, double TokenPasses, double PairPasses)
    : IConstants<ExpertsConstants>
{
    /// <inheritdoc/>
    public static ImmutableArray<Constant<ExpertsConstants>> Table { get; } =
    [
        Constant.Time<ExpertsConstants>(
            "floor", "launches of all kernels of the layer for one token",
            1, 200, static c => c.Floor, static (c, v) => c with { Floor = v }),
        Constant.Time<ExpertsConstants>(
            "octave_time", "growth of the routing kernels with each doubling of the tokens, and with each 128 experts",
            0.001, 10, static c => c.OctaveTime, static (c, v) => c with { OctaveTime = v }),
        Constant.Number<ExpertsConstants>(
            "compute_share", "share of the peak matrix rate with tiles of 128 x 128",
            0.02, 1, static c => c.ComputeShare, static (c, v) => c with { ComputeShare = v }),
        Constant.Number<ExpertsConstants>(
            "memory_share", "share of the peak memory bandwidth when reading weights",
            0.05, 1.1, static c => c.MemoryShare, static (c, v) => c with { MemoryShare = v }),
        Constant.Number<ExpertsConstants>(
            "load_share", "share of the time of a tile of 128 x 128 that goes with its loads of operands; smaller tiles load more for each product",
            0.001, 1, static c => c.LoadShare, static (c, v) => c with { LoadShare = v }),
        Constant.Time<ExpertsConstants>(
            "tile_time", "shortest time of one tile",
            0.001, 30, static c => c.TileTime, static (c, v) => c with { TileTime = v }),
        Constant.Number<ExpertsConstants>(
            "token_passes", "passes over the hidden vector of every token: quantisation, clearing, weighted sum",
            0.05, 30, static c => c.TokenPasses, static (c, v) => c with { TokenPasses = v }),
        Constant.Number<ExpertsConstants>(
            "pair_passes", "passes over what each pair of a token and an expert writes and reads between the products",
            0.02, 20, static c => c.PairPasses, static (c, v) => c with { PairPasses = v }),
    ];

    /// <inheritdoc/>
    public static ExpertsConstants Typical { get; } = new(Seconds.Microseconds(20), Seconds.Microseconds(1), 0.5, 0.9, 0.5, Seconds.Microseconds(0.5), 7, 1);
}
