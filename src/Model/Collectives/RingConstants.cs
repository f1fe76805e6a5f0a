using System.Collections.Immutable;
using LlmSim.Model.Calibration;
using LlmSim.Model.Units;

namespace LlmSim.Model.Collectives;

/// <summary>The library's rings inside one domain: one set for all-reduce, all-gather, reduce-scatter and broadcast.</summary>
/// <param name="Latency">Fixed time of a ring of the low-latency protocol.</param>
/// <param name="StepLatency">Its time for each step of the ring.</param>
/// <param name="BlockShare">Growth of its latency, as a share, once a message needs more than one thread block.</param>
/// <param name="LowLatencyShare">Its rate as a share of the scale-up link; half of what it moves are flags.</param>
/// <param name="BulkLatency">Fixed time of a ring of the bandwidth protocol.</param>
/// <param name="BulkStepLatency">Its time for each step of the ring.</param>
/// <param name="BulkShare">Its rate as a share of the scale-up link, both for bytes that are sent and for passes of a rank over its own buffer.</param>
/// <param name="Smoothness">Order of the norm that joins latency and transfer: below one where chunks wait for each other, above one where they hide each other.</param>
/// <param name="LineShare">Rate of the 128-byte protocol relative to the bandwidth protocol; zero where the library does not use it.</param>
public sealed record RingConstants(
    Seconds Latency, Seconds StepLatency, double BlockShare, double LowLatencyShare, Seconds BulkLatency, Seconds BulkStepLatency, double BulkShare,
    double Smoothness, double LineShare) : IConstants<RingConstants>
{
    /// <inheritdoc/>
    public static ImmutableArray<Constant<RingConstants>> Table { get; } =
    [
        Constant.Time<RingConstants>(
            "latency", "fixed time of a ring of the low-latency protocol",
            0.5, 50, static c => c.Latency, static (c, v) => c with { Latency = v }),
        Constant.Time<RingConstants>(
            "step_latency", "its time for each step of the ring",
            0.05, 10, static c => c.StepLatency, static (c, v) => c with { StepLatency = v }),
        Constant.Number<RingConstants>(
            "block_share", "growth of its latency once a message needs more than one thread block",
            0.001, 1, static c => c.BlockShare, static (c, v) => c with { BlockShare = v }),
        Constant.Number<RingConstants>(
            "low_latency_share", "its rate as a share of the scale-up link",
            0.05, 1, static c => c.LowLatencyShare, static (c, v) => c with { LowLatencyShare = v }),
        Constant.Time<RingConstants>(
            "bulk_latency", "fixed time of a ring of the bandwidth protocol",
            0.5, 200, static c => c.BulkLatency, static (c, v) => c with { BulkLatency = v }),
        Constant.Time<RingConstants>(
            "bulk_step_latency", "its time for each step of the ring",
            0.01, 50, static c => c.BulkStepLatency, static (c, v) => c with { BulkStepLatency = v }),
        Constant.Number<RingConstants>(
            "bulk_share", "its rate as a share of the scale-up link, for bytes sent and for passes over a rank's own buffer",
            0.3, 3, static c => c.BulkShare, static (c, v) => c with { BulkShare = v }),
        Constant.Number<RingConstants>(
            "smoothness", "order of the norm that joins latency and transfer",
            0.4, 4, static c => c.Smoothness, static (c, v) => c with { Smoothness = v }),
        Constant.Choice<RingConstants>(
            "line_share", "rate of the 128-byte protocol relative to the bandwidth protocol; zero where the library does not use it",
            0, 1, static c => c.LineShare, static (c, v) => c with { LineShare = v }),
    ];

    /// <inheritdoc/>
    public static RingConstants Typical { get; } = new(
        Seconds.Microseconds(6), Seconds.Microseconds(1), 0.2, 0.45, Seconds.Microseconds(18), Seconds.Microseconds(4), 1.5, 0.9, 0.9);
}
