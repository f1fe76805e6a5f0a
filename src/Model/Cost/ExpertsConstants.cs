using System.Collections.Immutable;
using LlmSim.Model.Calibration;
using LlmSim.Model.Units;

namespace LlmSim.Model.Cost;

/// <summary>Constants of <see cref="ExpertsCost"/> for one number format and kernel.</summary>
/// <param name="Floor">Routing, alignment, quantisation and reduction kernels.</param>
/// <param name="ComputeShare">Best share of the peak matrix rate.</param>
/// <param name="MemoryShare">Share of the peak memory bandwidth when reading weights.</param>
/// <param name="SmallTilePenalty">Loss of smaller tiles: one of 64 x 64 runs at 1/(1 + this) of the best share.</param>
/// <param name="TileTime">Shortest time of one tile.</param>
/// <param name="ExpertTime">Work that grows with the number of experts, for each of them.</param>
/// <param name="RemotePairShare">Share of the pairs of other ranks whose buffers are still written and read.</param>
/// <param name="ActivationShare">Share of the peak memory bandwidth in permutation, activation and reduction.</param>
public sealed record ExpertsConstants(
    Seconds Floor, double ComputeShare, double MemoryShare, double SmallTilePenalty, Seconds TileTime, Seconds ExpertTime,
    double RemotePairShare, double ActivationShare) : IConstants<ExpertsConstants>
{
    /// <inheritdoc/>
    public static ImmutableArray<Constant<ExpertsConstants>> Table { get; } =
    [
        Constant.Time<ExpertsConstants>(
            "floor", "routing, alignment, quantisation and reduction kernels",
            1, 200, static c => c.Floor, static (c, v) => c with { Floor = v }),
        Constant.Number<ExpertsConstants>(
            "compute_share", "best share of the peak matrix rate",
            0.02, 1.1, static c => c.ComputeShare, static (c, v) => c with { ComputeShare = v }),
        Constant.Number<ExpertsConstants>(
            "memory_share", "share of the peak memory bandwidth when reading weights",
            0.05, 1.1, static c => c.MemoryShare, static (c, v) => c with { MemoryShare = v }),
        Constant.Number<ExpertsConstants>(
            "small_tile_penalty", "loss of smaller tiles: one of 64 x 64 runs at 1/(1 + this) of the best share",
            0.001, 10, static c => c.SmallTilePenalty, static (c, v) => c with { SmallTilePenalty = v }),
        Constant.Time<ExpertsConstants>(
            "tile_time", "shortest time of one tile",
            0.001, 30, static c => c.TileTime, static (c, v) => c with { TileTime = v }),
        Constant.Time<ExpertsConstants>(
            "expert_time", "work that grows with the number of experts, for each of them",
            1e-06, 2, static c => c.ExpertTime, static (c, v) => c with { ExpertTime = v }),
        Constant.Number<ExpertsConstants>(
            "remote_pair_share", "share of the pairs of other ranks whose buffers are still written and read",
            0.001, 1.1, static c => c.RemotePairShare, static (c, v) => c with { RemotePairShare = v }),
        Constant.Number<ExpertsConstants>(
            "activation_share", "share of the peak memory bandwidth in permutation, activation and reduction",
            0.02, 2, static c => c.ActivationShare, static (c, v) => c with { ActivationShare = v }),
    ];

    /// <inheritdoc/>
    public static ExpertsConstants Typical { get; } = new(Seconds.Microseconds(30), 0.8, 0.85, 1.5, Seconds.Microseconds(0.8), Seconds.Microseconds(0.005), 0.2, 0.5);
}
