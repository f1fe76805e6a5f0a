using System.Collections.Immutable;
using LlmSim.Model.Calibration;
using LlmSim.Model.Units;

namespace LlmSim.Model.Collectives;

/// <summary>The library's all-reduce in the switch (NVLink SHARP): t = latency + (1 + 1/n) M/(share·NV).</summary>
/// <remarks>Traffic: <see cref="InSwitchCollective"/>. Switches add floating-point numbers of two bytes and more; the library sends others around the ring.</remarks>
/// <param name="Latency">Fixed time.</param>
/// <param name="Share">Rate as a share of the scale-up link.</param>
public sealed record SwitchConstants(Seconds Latency, double Share) : IConstants<SwitchConstants>
{
    /// <inheritdoc/>
    public static ImmutableArray<Constant<SwitchConstants>> Table { get; } =
    [
        Constant.Time<SwitchConstants>("latency", "fixed time", 1, 500, static c => c.Latency, static (c, v) => c with { Latency = v }),
        Constant.Number<SwitchConstants>(
            "share", "rate as a share of the scale-up link; zero where the switch does not add",
            0.1, 1, static c => c.Share, static (c, v) => c with { Share = v }),
    ];

    /// <inheritdoc/>
    public static SwitchConstants Typical { get; } = new(Seconds.Microseconds(69), 0.65);
}
