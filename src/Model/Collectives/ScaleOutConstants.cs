using System.Collections.Immutable;
using LlmSim.Model.Calibration;
using LlmSim.Model.Units;

namespace LlmSim.Model.Collectives;

/// <summary>An exchange across nodes.</summary>
/// <remarks>20 us, 8 us per doubling, 90 % of the card: assumed, as no table here measures nodes; training steps on A100 cannot tell 50 % from 90 %.</remarks>
/// <param name="Latency">Fixed time.</param>
/// <param name="LatencyPerDoubling">Time for each doubling of the number of nodes.</param>
/// <param name="NicShare">Achieved share of the network card's data sheet.</param>
public sealed record ScaleOutConstants(Seconds Latency, Seconds LatencyPerDoubling, double NicShare) : IConstants<ScaleOutConstants>
{
    /// <inheritdoc/>
    public static ImmutableArray<Constant<ScaleOutConstants>> Table { get; } =
    [
        Constant.Time<ScaleOutConstants>("latency", "fixed time", 1, 1000, static c => c.Latency, static (c, v) => c with { Latency = v }),
        Constant.Time<ScaleOutConstants>(
            "latency_per_doubling", "time for each doubling of the number of nodes",
            0, 500, static c => c.LatencyPerDoubling, static (c, v) => c with { LatencyPerDoubling = v }),
        Constant.Number<ScaleOutConstants>(
            "card_share", "achieved share of the network card's data sheet",
            0.1, 1, static c => c.NicShare, static (c, v) => c with { NicShare = v }),
    ];

    /// <inheritdoc/>
    public static ScaleOutConstants Typical { get; } = new(Seconds.Microseconds(20), Seconds.Microseconds(8), 0.9);
}
