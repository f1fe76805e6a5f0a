using System.Collections.Immutable;
using LlmSim.Model.Calibration;
using LlmSim.Model.Units;

namespace LlmSim.Model.Cost;

/// <summary>What sustained training steps add to kernels timed alone.</summary>
/// <remarks>
/// Picked by a coarse grid on steps of Megatron-LM (A100, H100) and vTrain (A100; each of its 32 groups of width, tensor ranks and micro-batch counting once): the GEMM
/// factors of both devices, launch time, overlap losses, rank skew, unaligned factor and slowdown. Stated, not picked: 12 us a launch and a skew in proportion on
/// hosts of the H100's generation, since no step there is bound by its host; the attention factor, between FlashAttention-2, which training stacks of 2024
/// run, and FlashAttention-3 on H100: 1.5 to 2 in the abstract of Shah 2024, arXiv 2407.08608.
/// </remarks>
/// <param name="GemmFactor">Sustained time of a matrix product relative to the kernel alone: power, clocks, neighbours.</param>
/// <param name="LaunchTime">Host time of one kernel launch.</param>
/// <param name="HostOverlapLoss">What shows of host and device where both take equally long, relative to either.</param>
/// <param name="TensorOverlap">Share of tensor-parallel traffic that is hidden where the software overlaps it.</param>
/// <param name="MultiNodeSlowdown">Relative slowdown of a step once more than one node takes part.</param>
/// <param name="OptimizerBytes">Bytes moved for each parameter by an unfused Adam step with unscaling, norm and copy.</param>
/// <param name="UnalignedFactor">Time of a matrix product whose rows do not start at multiples of 16 bytes, relative to an aligned one.</param>
/// <param name="RankSkew">Time that a tensor-parallel exchange waits for the host of the slowest rank, for each doubling of the ranks.</param>
/// <param name="AttentionFactor">Time of the fused attention of training stacks relative to the kernel of serving engines: an earlier generation of it, at sustained clocks.</param>
public sealed record TrainingConstants(
    double GemmFactor, Seconds LaunchTime, double HostOverlapLoss, double TensorOverlap, double MultiNodeSlowdown, double OptimizerBytes,
    double UnalignedFactor, Seconds RankSkew, double AttentionFactor) : IConstants<TrainingConstants>
{
    /// <inheritdoc/>
    public static ImmutableArray<Constant<TrainingConstants>> Table { get; } =
    [
        Constant.Number<TrainingConstants>(
            "gemm_factor", "sustained time of a matrix product relative to the kernel alone: power, clocks, neighbours",
            0.5, 3, static c => c.GemmFactor, static (c, v) => c with { GemmFactor = v }),
        Constant.Time<TrainingConstants>(
            "launch_time", "host time of one kernel launch",
            0, 1000, static c => c.LaunchTime, static (c, v) => c with { LaunchTime = v }),
        Constant.Number<TrainingConstants>(
            "host_overlap_loss", "what shows of host and device where both take equally long, relative to either",
            0, 1, static c => c.HostOverlapLoss, static (c, v) => c with { HostOverlapLoss = v }),
        Constant.Number<TrainingConstants>(
            "tensor_overlap", "share of tensor-parallel traffic that is hidden where the software overlaps it",
            0, 1, static c => c.TensorOverlap, static (c, v) => c with { TensorOverlap = v }),
        Constant.Number<TrainingConstants>(
            "multi_node_slowdown", "relative slowdown of a step once more than one node takes part",
            0, 1, static c => c.MultiNodeSlowdown, static (c, v) => c with { MultiNodeSlowdown = v }),
        Constant.Number<TrainingConstants>(
            "optimizer_bytes", "bytes moved for each parameter by an unfused Adam step with unscaling, norm and copy",
            8, 100, static c => c.OptimizerBytes, static (c, v) => c with { OptimizerBytes = v }),
        Constant.Number<TrainingConstants>(
            "unaligned_factor", "time of a matrix product whose rows do not start at multiples of 16 bytes, relative to an aligned one",
            1, 10, static c => c.UnalignedFactor, static (c, v) => c with { UnalignedFactor = v }),
        Constant.Time<TrainingConstants>(
            "rank_skew", "time that a tensor-parallel exchange waits for the host of the slowest rank, for each doubling of the ranks",
            0, 1000, static c => c.RankSkew, static (c, v) => c with { RankSkew = v }),
        Constant.Number<TrainingConstants>(
            "attention_factor", "time of the fused attention of training stacks relative to the kernel of serving engines",
            0.5, 4, static c => c.AttentionFactor, static (c, v) => c with { AttentionFactor = v }),
    ];

    /// <inheritdoc/>
    public static TrainingConstants Typical { get; } = new(1.15, Seconds.Microseconds(38), 0.15, 0.9, 0.03, 34, 2, Seconds.Microseconds(50), 1);
}
