using System.Collections.Immutable;
using LlmSim.Model.Calibration;
using LlmSim.Model.Units;

namespace LlmSim.Model.Collectives;

/// <summary>A message between two ranks.</summary>
/// <remarks>10 us, and 47 of 300 GB/s: 28.3 MB in 0.60 ms on A100 (Zero Bubble 2024, profile of the 1.5B model), host time included.</remarks>
/// <param name="Latency">Fixed time.</param>
/// <param name="ScaleUpShare">Achieved share of the scale-up link for one pair.</param>
public sealed record PointToPointConstants(Seconds Latency, double ScaleUpShare) : IConstants<PointToPointConstants>
{
    /// <inheritdoc/>
    public static ImmutableArray<Constant<PointToPointConstants>> Table { get; } =
    [
        Constant.Time<PointToPointConstants>("latency", "fixed time", 0.5, 500, static c => c.Latency, static (c, v) => c with { Latency = v }),
        Constant.Number<PointToPointConstants>(
            "scale_up_share", "achieved share of the scale-up link for one pair",
            0.02, 1, static c => c.ScaleUpShare, static (c, v) => c with { ScaleUpShare = v }),
    ];

    /// <inheritdoc/>
    public static PointToPointConstants Typical { get; } = new(Seconds.Microseconds(10), 47d / 300);
}
