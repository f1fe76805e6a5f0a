using System.Collections.Immutable;
using LlmSim.Model.Calibration;
using LlmSim.Model.Units;

namespace LlmSim.Model.Collectives;

/// <summary>An engine's own all-reduce on n ranks of one domain, inside a captured graph.</summary>
/// <remarks>M below 8 MiB: t = min(A1 + (n-1)M/(e1·NV), A2 + 2(n-1)/n M/(e2·NV) + M/(lc·W)); from 8 MiB on the larger of that and A3 + 2(n-1)/n M/(e3·NV) + M/(lc·W).</remarks>
/// <param name="A1">Latency of one-shot.</param>
/// <param name="Share1">Bandwidth of one-shot as a share of the scale-up link.</param>
/// <param name="A2">Latency of two-shot.</param>
/// <param name="Share2">Bandwidth of two-shot as a share of the scale-up link.</param>
/// <param name="LargeShare">Rate at which the message also passes local memory, as a share of the memory bandwidth.</param>
/// <param name="A3">Latency from 8 MiB on, where the engine hands over to the library.</param>
/// <param name="Share3">Bandwidth from 8 MiB on as a share of the scale-up link.</param>
public sealed record DirectConstants(
    Seconds A1, double Share1, Seconds A2, double Share2, double LargeShare, Seconds A3, double Share3) : IConstants<DirectConstants>
{
    /// <inheritdoc/>
    public static ImmutableArray<Constant<DirectConstants>> Table { get; } =
    [
        Constant.Time<DirectConstants>("one_shot_latency", "latency of one-shot", 0.5, 100, static c => c.A1, static (c, v) => c with { A1 = v }),
        Constant.Number<DirectConstants>(
            "one_shot_share", "bandwidth of one-shot as a share of the scale-up link",
            0.05, 3, static c => c.Share1, static (c, v) => c with { Share1 = v }),
        Constant.Time<DirectConstants>("two_shot_latency", "latency of two-shot", 0.5, 100, static c => c.A2, static (c, v) => c with { A2 = v }),
        Constant.Number<DirectConstants>(
            "two_shot_share", "bandwidth of two-shot as a share of the scale-up link",
            0.05, 3, static c => c.Share2, static (c, v) => c with { Share2 = v }),
        Constant.Number<DirectConstants>(
            "local_share", "rate at which the message also passes local memory, as a share of the memory bandwidth",
            0.01, 2, static c => c.LargeShare, static (c, v) => c with { LargeShare = v }),
        Constant.Time<DirectConstants>(
            "large_latency", "latency from 8 MiB on, where the engine hands over to the library",
            0.5, 500, static c => c.A3, static (c, v) => c with { A3 = v }),
        Constant.Number<DirectConstants>(
            "large_share", "bandwidth from 8 MiB on as a share of the scale-up link",
            0.05, 3, static c => c.Share3, static (c, v) => c with { Share3 = v }),
    ];

    /// <inheritdoc/>
    public static DirectConstants Typical { get; } = new(Seconds.Microseconds(4.5), 0.6, Seconds.Microseconds(10), 1.2, 0.3, Seconds.Microseconds(20), 1.2);
}
