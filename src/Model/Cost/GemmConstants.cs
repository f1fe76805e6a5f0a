using System.Collections.Immutable;
using LlmSim.Model.Calibration;
using LlmSim.Model.Units;

namespace LlmSim.Model.Cost;

/// <summary>Constants of <see cref="GemmCost"/> for one number format.</summary>
/// <param name="Floor">Smallest time of such a kernel inside a captured graph, with the kernel that quantises activations where one runs.</param>
/// <param name="ComputeShare">Share of the peak matrix rate inside a tile.</param>
/// <param name="MemoryShare">Share of the peak memory bandwidth.</param>
/// <param name="PrologueDepth">Prologue and epilogue of a tile, as if the inner size K were longer by this.</param>
/// <param name="StepTime">Least time of one element of K in a tile, however small: operands have to arrive first.</param>
/// <param name="WriteWeight">Cost of a byte written, relative to one read.</param>
/// <param name="SplitTime">Extra kernel that adds up partial sums when K is split; zero where kernels of this format never split.</param>
/// <param name="VectorStep">Time of one element of K in a vector kernel for a single row; zero where there is none.</param>
/// <param name="QuantiseRow">Activation quantisation: least time of one row (token) on one multiprocessor; zero where no such kernel runs.</param>
/// <param name="QuantiseElement">Activation quantisation: time of one element on one multiprocessor; zero where memory alone bounds it.</param>
public sealed record GemmConstants(
    Seconds Floor, double ComputeShare, double MemoryShare, double PrologueDepth, Seconds StepTime, double WriteWeight, Seconds SplitTime, Seconds VectorStep,
    Seconds QuantiseRow, Seconds QuantiseElement) : IConstants<GemmConstants>
{
    /// <inheritdoc/>
    public static ImmutableArray<Constant<GemmConstants>> Table { get; } =
    [
        Constant.Time<GemmConstants>(
            "floor", "smallest time of such a kernel inside a captured graph, with the kernel that quantises activations where one runs",
            0.2, 200, static c => c.Floor, static (c, v) => c with { Floor = v }),
        Constant.Number<GemmConstants>(
            "compute_share", "share of the peak matrix rate inside a tile",
            0.02, 1.1, static c => c.ComputeShare, static (c, v) => c with { ComputeShare = v }),
        Constant.Number<GemmConstants>(
            "memory_share", "share of the peak memory bandwidth",
            0.1, 1, static c => c.MemoryShare, static (c, v) => c with { MemoryShare = v }),
        Constant.Number<GemmConstants>(
            "prologue_depth", "prologue and epilogue of a tile, as if the inner size K were longer by this",
            1, 3000, static c => c.PrologueDepth, static (c, v) => c with { PrologueDepth = v }),
        Constant.Time<GemmConstants>(
            "step_time", "least time of one element of K in a tile, however small: operands have to arrive first",
            1e-5, 0.02, static c => c.StepTime, static (c, v) => c with { StepTime = v }),
        Constant.Number<GemmConstants>(
            "write_weight", "cost of a byte written, relative to one read",
            0.5, 4, static c => c.WriteWeight, static (c, v) => c with { WriteWeight = v }),
        Constant.Time<GemmConstants>(
            "split_time", "extra kernel that adds up partial sums when K is split; zero where kernels of this format never split",
            0.01, 50, static c => c.SplitTime, static (c, v) => c with { SplitTime = v }),
        Constant.Time<GemmConstants>(
            "vector_step", "time of one element of K in a vector kernel for a single row; zero where there is none",
            1e-5, 0.02, static c => c.VectorStep, static (c, v) => c with { VectorStep = v }),
        Constant.Time<GemmConstants>(
            "quantise_row", "activation quantisation: least time of one row (token) on one multiprocessor; zero where no such kernel runs",
            0.001, 20, static c => c.QuantiseRow, static (c, v) => c with { QuantiseRow = v }),
        Constant.Time<GemmConstants>(
            "quantise_element", "activation quantisation: time of one element on one multiprocessor; zero where memory alone bounds it",
            1e-6, 0.01, static c => c.QuantiseElement, static (c, v) => c with { QuantiseElement = v }),
    ];

    /// <inheritdoc/>
    public static GemmConstants Typical { get; } = new(
        Seconds.Microseconds(2.4), 0.9, 0.82, 100, Seconds.Microseconds(0.0013), 1.1, Seconds.Microseconds(2), Seconds.Zero, Seconds.Zero, Seconds.Zero);
}
