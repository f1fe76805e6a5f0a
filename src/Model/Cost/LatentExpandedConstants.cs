using System.Collections.Immutable;
using LlmSim.Model.Calibration;
using LlmSim.Model.Units;

namespace LlmSim.Model.Cost;

/// <summary>Constants of the expanded form of <see cref="LatentAttentionCost"/> for one pair of cache and projection formats.</summary>
/// <param name="Floor">Small kernels of the module: norms, rotary, cache write.</param>
/// <param name="ProjectionFactor">Time of the projections relative to the same products alone.</param>
/// <param name="ComputeShare">Share of the peak matrix rate in attention.</param>
/// <param name="ItemTime">Fixed time of one block of 128 queries of one head on one multiprocessor.</param>
/// <param name="ActivationTime">Expanded queries, keys, values and outputs written and read for each token and head.</param>
/// <param name="AbsorbedTokens">New tokens of a chunk up to which the engine may run the absorbed form instead.</param>
public sealed record LatentExpandedConstants(
    Seconds Floor, double ProjectionFactor, double ComputeShare, Seconds ItemTime, Seconds ActivationTime, double AbsorbedTokens) : IConstants<LatentExpandedConstants>
{
    /// <inheritdoc/>
    public static ImmutableArray<Constant<LatentExpandedConstants>> Table { get; } =
    [
        Constant.Time<LatentExpandedConstants>(
            "floor", "small kernels of the module: norms, rotary, cache write",
            1, 300, static c => c.Floor, static (c, v) => c with { Floor = v }),
        Constant.Number<LatentExpandedConstants>(
            "projection_factor", "time of the projections relative to the same products alone",
            0.2, 4, static c => c.ProjectionFactor, static (c, v) => c with { ProjectionFactor = v }),
        Constant.Number<LatentExpandedConstants>(
            "compute_share", "share of the peak matrix rate in attention",
            0.05, 1, static c => c.ComputeShare, static (c, v) => c with { ComputeShare = v }),
        Constant.Time<LatentExpandedConstants>(
            "item_time", "fixed time of one block of 128 queries of one head on one multiprocessor",
            0.001, 50, static c => c.ItemTime, static (c, v) => c with { ItemTime = v }),
        Constant.Time<LatentExpandedConstants>(
            "activation_time", "expanded queries, keys, values and outputs written and read for each token and head",
            0.00001, 0.05, static c => c.ActivationTime, static (c, v) => c with { ActivationTime = v }),
        Constant.Choice<LatentExpandedConstants>(
            "absorbed_tokens", "new tokens of a chunk up to which the engine may run the absorbed form instead",
            0, 8192, static c => c.AbsorbedTokens, static (c, v) => c with { AbsorbedTokens = v }),
    ];

    /// <inheritdoc/>
    public static LatentExpandedConstants Typical { get; } = new(
        Seconds.Microseconds(60), 1.2, 0.95, Seconds.Microseconds(2), Seconds.Microseconds(0.0005), 1);
}
