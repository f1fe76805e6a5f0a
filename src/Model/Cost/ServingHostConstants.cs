using System.Collections.Immutable;
using LlmSim.Model.Calibration;
using LlmSim.Model.Units;

namespace LlmSim.Model.Cost;

/// <summary>Host time of a serving engine.</summary>
/// <param name="PerStep">Scheduling and launch of one iteration.</param>
/// <param name="PerSequence">Bookkeeping and sampling of each running sequence and iteration.</param>
/// <param name="PerPrefill">Input preparation of each prompt or part of a prompt.</param>
/// <param name="DeviceFactor">Time of an iteration on the device relative to the sum of its kernels.</param>
public sealed record ServingHostConstants(Seconds PerStep, Seconds PerSequence, Seconds PerPrefill, double DeviceFactor) : IConstants<ServingHostConstants>
{
    /// <inheritdoc/>
    public static ImmutableArray<Constant<ServingHostConstants>> Table { get; } =
    [
        Constant.Time<ServingHostConstants>(
            "per_step", "scheduling and launch of one iteration",
            0, 100000, static c => c.PerStep, static (c, v) => c with { PerStep = v }),
        Constant.Time<ServingHostConstants>(
            "per_sequence", "bookkeeping and sampling of each running sequence and iteration",
            0, 10000, static c => c.PerSequence, static (c, v) => c with { PerSequence = v }),
        Constant.Time<ServingHostConstants>(
            "per_prefill", "input preparation of each prompt or part of a prompt",
            0, 1000000, static c => c.PerPrefill, static (c, v) => c with { PerPrefill = v }),
        Constant.Number<ServingHostConstants>(
            "device_factor", "time of an iteration on the device relative to the sum of its kernels",
            0.2, 5, static c => c.DeviceFactor, static (c, v) => c with { DeviceFactor = v }),
    ];

    /// <inheritdoc/>
    public static ServingHostConstants Typical { get; } = new(Seconds.Microseconds(1000), Seconds.Microseconds(10), Seconds.Microseconds(2000), 1.02);
}
