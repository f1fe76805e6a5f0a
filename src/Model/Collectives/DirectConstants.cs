using System.Collections.Immutable;
using LlmSim.Model.Calibration;
using LlmSim.Model.Units;

namespace LlmSim.Model.Collectives;

/// <summary>An engine's own all-reduce on n ranks of one domain, inside a captured graph.</summary>
/// <remarks>
/// One-shot A1 + r1(n-1) + (n-1)M/(e1·NV); two-shot A2 + r2(n-1) + (2(n-1)/n + 1) M/(e2·NV): bytes read from peers and one pass over the rank's own buffer.
/// Which of them runs, and when the library takes over, are the engine's rules (vLLM, csrc/custom_all_reduce.cuh and its table of largest messages).
/// </remarks>
/// <param name="OneShotLatency">Fixed time of one-shot.</param>
/// <param name="OneShotRankLatency">Its time for each further rank: flags of all peers are awaited.</param>
/// <param name="OneShotShare">Its rate as a share of the scale-up link.</param>
/// <param name="TwoShotLatency">Fixed time of two-shot.</param>
/// <param name="TwoShotRankLatency">Its time for each further rank.</param>
/// <param name="TwoShotShare">Its rate as a share of the scale-up link.</param>
/// <param name="LargestMebibytes">Message in MiB from which the library takes over: the engine's buffer.</param>
/// <param name="EagerLaunch">Host time of one call outside a captured graph.</param>
public sealed record DirectConstants(
    Seconds OneShotLatency, Seconds OneShotRankLatency, double OneShotShare, Seconds TwoShotLatency, Seconds TwoShotRankLatency, double TwoShotShare,
    double LargestMebibytes, Seconds EagerLaunch) : IConstants<DirectConstants>
{
    /// <inheritdoc/>
    public static ImmutableArray<Constant<DirectConstants>> Table { get; } =
    [
        Constant.Time<DirectConstants>(
            "one_shot_latency", "fixed time of one-shot", 0.5, 100, static c => c.OneShotLatency, static (c, v) => c with { OneShotLatency = v }),
        Constant.Time<DirectConstants>(
            "one_shot_rank_latency", "its time for each further rank",
            0.001, 5, static c => c.OneShotRankLatency, static (c, v) => c with { OneShotRankLatency = v }),
        Constant.Number<DirectConstants>(
            "one_shot_share", "its rate as a share of the scale-up link", 0.05, 2, static c => c.OneShotShare, static (c, v) => c with { OneShotShare = v }),
        Constant.Time<DirectConstants>(
            "two_shot_latency", "fixed time of two-shot", 0.5, 100, static c => c.TwoShotLatency, static (c, v) => c with { TwoShotLatency = v }),
        Constant.Time<DirectConstants>(
            "two_shot_rank_latency", "its time for each further rank",
            0.001, 5, static c => c.TwoShotRankLatency, static (c, v) => c with { TwoShotRankLatency = v }),
        Constant.Number<DirectConstants>(
            "two_shot_share", "its rate as a share of the scale-up link", 0.05, 3, static c => c.TwoShotShare, static (c, v) => c with { TwoShotShare = v }),
        Constant.Choice<DirectConstants>(
            "largest_mebibytes", "message in MiB from which the library takes over",
            0.1, 1024, static c => c.LargestMebibytes, static (c, v) => c with { LargestMebibytes = v }),
        Constant.Time<DirectConstants>(
            "eager_launch", "host time of one call outside a captured graph",
            1, 500, static c => c.EagerLaunch, static (c, v) => c with { EagerLaunch = v }) with { Stated = true },
    ];

    /// <inheritdoc/>
    public static DirectConstants Typical { get; } = new(
        Seconds.Microseconds(4.5), Seconds.Microseconds(0.1), 0.6, Seconds.Microseconds(8), Seconds.Microseconds(0.3), 1.1, 8, Seconds.Microseconds(25));
}
