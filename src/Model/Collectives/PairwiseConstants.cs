using System.Collections.Immutable;
using LlmSim.Model.Calibration;
using LlmSim.Model.Units;

namespace LlmSim.Model.Collectives;

/// <summary>The library's all-to-all inside one domain: n-1 pairs at once, in the protocol that takes less.</summary>
/// <remarks>
/// t = min(A0 + A1(n-1) + (M/n)/(ep·NV), norm(B0 + B1(n-1), ((n-1)/n + 1/4) M/(es·NV))): words with flags go to each peer by one thread block, hence M/n;
/// the quarter stands for the copy of a rank's own part and the unevenness of pairs, alike on A100 and H100.
/// </remarks>
/// <param name="Latency">Fixed time of the low-latency protocol.</param>
/// <param name="RankLatency">Its time for each further rank.</param>
/// <param name="PeerShare">Its rate to one peer as a share of the scale-up link.</param>
/// <param name="BulkLatency">Fixed time of the bandwidth protocol.</param>
/// <param name="BulkRankLatency">Its time for each further rank.</param>
/// <param name="BulkShare">Its rate as a share of the scale-up link.</param>
/// <param name="Smoothness">Order of the norm that joins its latency and transfer.</param>
public sealed record PairwiseConstants(
    Seconds Latency, Seconds RankLatency, double PeerShare, Seconds BulkLatency, Seconds BulkRankLatency, double BulkShare, double Smoothness)
    : IConstants<PairwiseConstants>
{
    /// <summary>Local work for each byte of message beside what is sent.</summary>
    internal const double LocalPart = 0.25;

    /// <inheritdoc/>
    public static ImmutableArray<Constant<PairwiseConstants>> Table { get; } =
    [
        Constant.Time<PairwiseConstants>(
            "latency", "fixed time of the low-latency protocol", 0.5, 50, static c => c.Latency, static (c, v) => c with { Latency = v }),
        Constant.Time<PairwiseConstants>(
            "rank_latency", "its time for each further rank", 0.001, 10, static c => c.RankLatency, static (c, v) => c with { RankLatency = v }),
        Constant.Number<PairwiseConstants>(
            "peer_share", "its rate to one peer as a share of the scale-up link",
            0.001, 0.5, static c => c.PeerShare, static (c, v) => c with { PeerShare = v }),
        Constant.Time<PairwiseConstants>(
            "bulk_latency", "fixed time of the bandwidth protocol", 0.5, 200, static c => c.BulkLatency, static (c, v) => c with { BulkLatency = v }),
        Constant.Time<PairwiseConstants>(
            "bulk_rank_latency", "its time for each further rank", 0.001, 50, static c => c.BulkRankLatency, static (c, v) => c with { BulkRankLatency = v }),
        Constant.Number<PairwiseConstants>(
            "bulk_share", "its rate as a share of the scale-up link", 0.2, 2, static c => c.BulkShare, static (c, v) => c with { BulkShare = v }),
        Constant.Number<PairwiseConstants>(
            "smoothness", "order of the norm that joins its latency and transfer",
            0.4, 4, static c => c.Smoothness, static (c, v) => c with { Smoothness = v }),
    ];

    /// <inheritdoc/>
    public static PairwiseConstants Typical { get; } = new(
        Seconds.Microseconds(8), Seconds.Microseconds(0.2), 0.013, Seconds.Microseconds(14), Seconds.Microseconds(0.1), 0.85, 0.9);
}
