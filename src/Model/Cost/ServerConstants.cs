using System.Collections.Immutable;
using LlmSim.Model.Calibration;
using LlmSim.Model.Units;

namespace LlmSim.Model.Cost;

/// <summary>What the software of a kind of server adds to its kernels, on a host whose constants are <see cref="ServingHostConstants.Typical"/>.</summary>
/// <param name="PerStep">Host work of one iteration: scheduling and launch.</param>
/// <param name="PerSequence">Host work of each running sequence and iteration: input tables, sampling, detokenising.</param>
/// <param name="PerPrefill">Host work of an iteration that holds prompts: their inputs, and launches outside captured graphs.</param>
/// <param name="FrontEnd">Time of a request in the serial front end: parsing and tokenising.</param>
/// <param name="Latency">Latency from the front end to the engine's queue, the client's turnaround included.</param>
/// <param name="PerChunk">Time of a streamed chunk in the serial output worker.</param>
/// <param name="ComputeShare">Share of the benchmarked matrix rate that is reached under sustained load.</param>
/// <param name="AllReduceFactor">Time of an all-reduce relative to one timed alone.</param>
public sealed record ServerConstants(
    Seconds PerStep, Seconds PerSequence, Seconds PerPrefill, Seconds FrontEnd, Seconds Latency, Seconds PerChunk, double ComputeShare, double AllReduceFactor)
    : IConstants<ServerConstants>
{
    /// <inheritdoc/>
    public static ImmutableArray<Constant<ServerConstants>> Table { get; } =
    [
        Constant.Time<ServerConstants>(
            "per_step", "host work of one iteration: scheduling and launch", 0, 20000, static c => c.PerStep, static (c, v) => c with { PerStep = v }),
        Constant.Time<ServerConstants>(
            "per_sequence", "host work of each running sequence and iteration: input tables, sampling, detokenising",
            0, 500, static c => c.PerSequence, static (c, v) => c with { PerSequence = v }),
        Constant.Time<ServerConstants>(
            "per_prefill", "host work of an iteration that holds prompts: their inputs, and launches outside captured graphs",
            0, 50000, static c => c.PerPrefill, static (c, v) => c with { PerPrefill = v }),
        Constant.Time<ServerConstants>(
            "front_end", "time of a request in the serial front end: parsing and tokenising",
            0, 100000, static c => c.FrontEnd, static (c, v) => c with { FrontEnd = v }),
        Constant.Time<ServerConstants>(
            "latency", "latency from the front end to the engine's queue, the client's turnaround included",
            0, 200000, static c => c.Latency, static (c, v) => c with { Latency = v }),
        Constant.Time<ServerConstants>(
            "per_chunk", "time of a streamed chunk in the serial output worker", 0, 1000, static c => c.PerChunk, static (c, v) => c with { PerChunk = v }),
        Constant.Number<ServerConstants>(
            "compute_share", "share of the benchmarked matrix rate that is reached under sustained load: the chip is limited by power",
            0.5, 1, static c => c.ComputeShare, static (c, v) => c with { ComputeShare = v }),
        Constant.Number<ServerConstants>(
            "all_reduce_factor", "time of an all-reduce relative to one timed alone",
            0.5, 1.5, static c => c.AllReduceFactor, static (c, v) => c with { AllReduceFactor = v }),
    ];

    /// <inheritdoc/>
    public static ServerConstants Typical { get; } = new(
        Seconds.Milliseconds(1), Seconds.Microseconds(10), Seconds.Milliseconds(2), Seconds.Milliseconds(5), Seconds.Milliseconds(12), Seconds.Zero, 0.8, 0.85);
}
