using System.Collections.Immutable;
using LlmSim.Model.Calibration;
using LlmSim.Model.Units;

namespace LlmSim.Model.Cost;

/// <summary>Constants of <see cref="LatentAttentionCost"/> for one pair of cache and projection formats.</summary>
/// <param name="Floor">Small kernels of the module: norms, rotary, cache write.</param>
/// <param name="ComputeShare">Share of the peak matrix rate in attention.</param>
/// <param name="MemoryShare">Share of the peak memory bandwidth.</param>
/// <param name="ProjectionFactor">Time of the projections relative to the same products alone.</param>
/// <param name="ItemTime">Fixed time of one block of work on one multiprocessor.</param>
/// <param name="MinimumHeads">Heads to which the kernel pads (decode).</param>
/// <param name="ContextTime">Time that grows with the longest context, for each token (decode).</param>
public sealed record LatentAttentionConstants(
    Seconds Floor, double ComputeShare, double MemoryShare, double ProjectionFactor, Seconds ItemTime, double MinimumHeads,
    Seconds ContextTime) : IConstants<LatentAttentionConstants>
{
    /// <inheritdoc/>
    public static ImmutableArray<Constant<LatentAttentionConstants>> Table { get; } =
    [
        Constant.Time<LatentAttentionConstants>(
            "floor", "small kernels of the module: norms, rotary, cache write",
            0.001, 300, static c => c.Floor, static (c, v) => c with { Floor = v }),
        Constant.Number<LatentAttentionConstants>(
            "compute_share", "share of the peak matrix rate in attention",
            0.05, 1.1, static c => c.ComputeShare, static (c, v) => c with { ComputeShare = v }),
        Constant.Number<LatentAttentionConstants>(
            "memory_share", "share of the peak memory bandwidth",
            0.05, 1.1, static c => c.MemoryShare, static (c, v) => c with { MemoryShare = v }),
        Constant.Number<LatentAttentionConstants>(
            "projection_factor", "time of the projections relative to the same products alone",
            0.2, 4, static c => c.ProjectionFactor, static (c, v) => c with { ProjectionFactor = v }),
        Constant.Time<LatentAttentionConstants>(
            "item_time", "fixed time of one block of work on one multiprocessor",
            0.0001, 100, static c => c.ItemTime, static (c, v) => c with { ItemTime = v }),
        Constant.Number<LatentAttentionConstants>(
            "minimum_heads", "heads to which the kernel pads (decode)",
            0, 128, static c => c.MinimumHeads, static (c, v) => c with { MinimumHeads = v }),
        Constant.Time<LatentAttentionConstants>(
            "context_time", "time that grows with the longest context, for each token (decode)",
            0, 0.1, static c => c.ContextTime, static (c, v) => c with { ContextTime = v }),
    ];

    /// <inheritdoc/>
    public static LatentAttentionConstants Typical { get; } = new(Seconds.Microseconds(50), 0.9, 0.9, 1.3, Seconds.Microseconds(15), 32, Seconds.Microseconds(0.0035));
}
