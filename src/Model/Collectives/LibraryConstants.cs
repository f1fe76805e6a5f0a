using System.Collections.Immutable;
using LlmSim.Model.Calibration;
using LlmSim.Model.Units;

namespace LlmSim.Model.Collectives;

/// <summary>A library collective on n ranks of one domain: the smaller of a low-latency and a bandwidth protocol.</summary>
/// <remarks>t = min(A0 + A1(n-1) + phi M/(el·NV), B0 + B1(n-1) + phi M/(es·NV) + M/(lc·W)), with NV the scale-up and W the memory bandwidth.</remarks>
/// <param name="A0">Latency of the low-latency protocol.</param>
/// <param name="A1">Its latency for each further rank.</param>
/// <param name="LowLatencyShare">Its bandwidth as a share of the scale-up link.</param>
/// <param name="B0">Latency of the bandwidth protocol.</param>
/// <param name="B1">Its latency for each further rank.</param>
/// <param name="Share">Its bandwidth as a share of the scale-up link; above one where the local memory carries part of the cost.</param>
/// <param name="LargeShare">Rate at which the message also passes local memory, as a share of the memory bandwidth.</param>
public sealed record LibraryConstants(
    Seconds A0, Seconds A1, double LowLatencyShare, Seconds B0, Seconds B1, double Share, double LargeShare) : IConstants<LibraryConstants>
{
    /// <inheritdoc/>
    public static ImmutableArray<Constant<LibraryConstants>> Table { get; } =
    [
        Constant.Time<LibraryConstants>(
            "latency", "latency of the low-latency protocol",
            0.5, 200, static c => c.A0, static (c, v) => c with { A0 = v }),
        Constant.Time<LibraryConstants>(
            "rank_latency", "its latency for each further rank",
            0.0001, 50, static c => c.A1, static (c, v) => c with { A1 = v }),
        Constant.Number<LibraryConstants>(
            "low_latency_share", "its bandwidth as a share of the scale-up link",
            0.005, 2, static c => c.LowLatencyShare, static (c, v) => c with { LowLatencyShare = v }),
        Constant.Time<LibraryConstants>(
            "bulk_latency", "latency of the bandwidth protocol",
            0.5, 500, static c => c.B0, static (c, v) => c with { B0 = v }),
        Constant.Time<LibraryConstants>(
            "bulk_rank_latency", "its latency for each further rank",
            0, 100, static c => c.B1, static (c, v) => c with { B1 = v }),
        Constant.Number<LibraryConstants>(
            "bulk_share", "its bandwidth as a share of the scale-up link; above one where the local memory carries part of the cost",
            0.05, 3, static c => c.Share, static (c, v) => c with { Share = v }),
        Constant.Number<LibraryConstants>(
            "local_share", "rate at which the message also passes local memory, as a share of the memory bandwidth",
            0.01, 2, static c => c.LargeShare, static (c, v) => c with { LargeShare = v }),
    ];

    /// <inheritdoc/>
    public static LibraryConstants Typical { get; } = new(Seconds.Microseconds(6), Seconds.Microseconds(1), 0.3, Seconds.Microseconds(20), Seconds.Microseconds(0.5), 1, 0.35);
}
