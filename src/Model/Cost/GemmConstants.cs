using System.Collections.Immutable;
using LlmSim.Model.Calibration;
using LlmSim.Model.Units;

namespace LlmSim.Model.Cost;

/// <summary>Constants of <see cref="GemmCost"/> for one number format.</summary>
/// <param name="Floor">Smallest time of such a kernel inside a captured graph.</param>
/// <param name="ComputeShare">Best share of the peak matrix rate, reached by large tiles.</param>
/// <param name="MemoryShare">Share of the peak memory bandwidth.</param>
/// <param name="PrologueDepth">Prologue and epilogue of a tile, as if the inner size K were longer by this.</param>
/// <param name="SmallTilePenalty">Loss of smaller tiles: one of 64 x 64 runs at 1/(1 + this) of the best share.</param>
/// <param name="SplitTime">Extra kernel that adds up partial sums when K is split; zero where kernels of this format never split.</param>
/// <param name="QuantiseRow">Activation quantisation: time of one row (token).</param>
/// <param name="QuantiseShare">Activation quantisation: share of the reachable memory bandwidth; zero where no such kernel runs.</param>
public sealed record GemmConstants(
    Seconds Floor, double ComputeShare, double MemoryShare, double PrologueDepth, double SmallTilePenalty, Seconds SplitTime,
    Seconds QuantiseRow, double QuantiseShare) : IConstants<GemmConstants>
{
    /// <inheritdoc/>
    public static ImmutableArray<Constant<GemmConstants>> Table { get; } =
    [
        Constant.Time<GemmConstants>(
            "floor", "smallest time of such a kernel inside a captured graph",
            0.2, 200, static c => c.Floor, static (c, v) => c with { Floor = v }),
        Constant.Number<GemmConstants>(
            "compute_share", "best share of the peak matrix rate, reached by large tiles",
            0.02, 1.1, static c => c.ComputeShare, static (c, v) => c with { ComputeShare = v }),
        Constant.Number<GemmConstants>(
            "memory_share", "share of the peak memory bandwidth",
            0.1, 1.1, static c => c.MemoryShare, static (c, v) => c with { MemoryShare = v }),
        Constant.Number<GemmConstants>(
            "prologue_depth", "prologue and epilogue of a tile, as if the inner size K were longer by this",
            0, 3000, static c => c.PrologueDepth, static (c, v) => c with { PrologueDepth = v }),
        Constant.Number<GemmConstants>(
            "small_tile_penalty", "loss of smaller tiles: one of 64 x 64 runs at 1/(1 + this) of the best share",
            0, 10, static c => c.SmallTilePenalty, static (c, v) => c with { SmallTilePenalty = v }),
        Constant.Time<GemmConstants>(
            "split_time", "extra kernel that adds up partial sums when K is split; zero where kernels of this format never split",
            0, 50, static c => c.SplitTime, static (c, v) => c with { SplitTime = v }),
        Constant.Time<GemmConstants>(
            "quantise_row", "activation quantisation: time of one row (token)",
            0, 0.1, static c => c.QuantiseRow, static (c, v) => c with { QuantiseRow = v }),
        Constant.Number<GemmConstants>(
            "quantise_share", "activation quantisation: share of the reachable memory bandwidth; zero where no such kernel runs",
            0, 1.1, static c => c.QuantiseShare, static (c, v) => c with { QuantiseShare = v }),
    ];

    /// <inheritdoc/>
    public static GemmConstants Typical { get; } = new(Seconds.Microseconds(2.5), 0.93, 0.82, 170, 0.75, Seconds.Microseconds(2), Seconds.Zero, 0);
}
