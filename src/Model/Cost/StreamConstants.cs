using System.Collections.Immutable;
using LlmSim.Model.Calibration;
using LlmSim.Model.Units;

namespace LlmSim.Model.Cost;

/// <summary>Constants of kernels that only stream tensors: norms, activations, residual sums, rotary embedding.</summary>
/// <param name="Floor">Smallest time of one kernel inside a captured graph.</param>
/// <param name="MemoryShare">Share of the peak memory bandwidth.</param>
public sealed record StreamConstants(Seconds Floor, double MemoryShare) : IConstants<StreamConstants>
{
    /// <inheritdoc/>
    public static ImmutableArray<Constant<StreamConstants>> Table { get; } =
    [
        Constant.Time<StreamConstants>(
            "floor", "smallest time of one kernel inside a captured graph",
            0.2, 50, static c => c.Floor, static (c, v) => c with { Floor = v }),
        Constant.Number<StreamConstants>(
            "memory_share", "share of the peak memory bandwidth",
            0.1, 1.1, static c => c.MemoryShare, static (c, v) => c with { MemoryShare = v }),
    ];

    /// <inheritdoc/>
    public static StreamConstants Typical { get; } = new(Seconds.Microseconds(1.5), 0.87);
}
