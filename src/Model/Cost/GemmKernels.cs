using System.Collections.Immutable;
using LlmSim.Model.Hardware;

namespace LlmSim.Model.Cost;

/// <summary>How the kernels of a library cut a product into tiles: facts of the software and the generation, the same for every device of it.</summary>
/// <remarks>
/// Libraries that hold kernels of many shapes (cuBLAS, FlashInfer) are taken to pick the fastest of <see cref="RowCaps"/> x <see cref="ColumnCaps"/>. Eight-bit products of
/// serving engines run CUTLASS kernels whose tile follows from the sizes alone: vLLM, csrc/quantization/w8a8/cutlass/c3x/scaled_mm_sm90_fp8_dispatch.cuh and
/// scaled_mm_sm100_fp8_dispatch.cuh.
/// </remarks>
public sealed record GemmKernels
{
    /// <summary>Largest rows of a tile among which a library picks; rows are spread evenly over the tiles that this cap needs.</summary>
    public static ImmutableArray<int> RowCaps { get; } = [256, 192, 128, 64, 32];

    /// <summary>Largest columns of a tile among which a library picks.</summary>
    public static ImmutableArray<int> ColumnCaps { get; } = [256, 192, 128, 64];

    /// <summary>Parts into which a library may split K.</summary>
    public static ImmutableArray<int> Splits { get; } = [1, 2, 4, 8, 16, 32];

    /// <summary>Results that one block holds at most: 256 x 128 fp32 sums fill half of the registers of a multiprocessor.</summary>
    public const int LargestTile = 256 * 128;

    /// <summary>cuBLAS from Hopper on: asynchronous copies overlap arithmetic, and persistent blocks share the last wave. Instructions of tcgen05 take tokens in 16s.</summary>
    public static GemmKernels Asynchronous { get; } = new() { StepOrder = 1.5, RowGranularity = 16, Depth = 1 };

    /// <summary>The same for sm_90, whose wgmma takes tokens in 8s (PTX ISA: N is a multiple of 8).</summary>
    public static GemmKernels AsynchronousHopper { get; } = Asynchronous with { RowGranularity = 8 };

    /// <summary>cuBLAS up to Ampere, Ada and small Blackwell: blocks wait for each step of K, and waves are whole.</summary>
    public static GemmKernels Synchronous { get; } = new() { StepOrder = 1.2, RowGranularity = 16, Depth = 1, WholeWaves = true };

    /// <summary>Block-scaled four-bit products of data-center Blackwell: the matrix instruction takes 128 rows, steps of K hold 128 bytes.</summary>
    public static GemmKernels FourBit { get; } = new() { StepOrder = 1.5, RowGranularity = 128, Depth = 256 };

    /// <summary>Eight-bit CUTLASS kernels for sm_90.</summary>
    public static GemmKernels EightBit { get; } = new()
    {
        StepOrder = 4,
        RowGranularity = 16,
        Depth = 128,
        WholeWaves = true,
        Fixed =
        [
            new(16, 64, 16, 64, MostRows: 16),
            new(16, 64, 16, 64, MostRows: 64, MostColumns: 1280),
            new(64, 64, 64, 64, MostRows: 64),
            new(64, 128, 128, 128, MostRows: 128),
            new(256, 128, 512, 128, LeastRows: 8192, LeastDepth: 6144),
            new(128, 128, 256, 128),
        ],
    };

    /// <summary>Eight-bit CUTLASS kernels for sm_100: two multiprocessors share a tile.</summary>
    public static GemmKernels EightBitPairs { get; } = EightBit with
    {
        Fixed =
        [
            new(32, 64, 32, 256, MostRows: 16),
            new(64, 64, 64, 256, MostRows: 64),
            new(64, 128, 128, 128, MostRows: 256),
            new(128, 128, 256, 256),
        ],
    };

    /// <summary>Order of the norm that joins arithmetic and arrival of operands in a tile: 1 where they add, large where they overlap.</summary>
    public required double StepOrder { get; init; }

    /// <summary>Rows of a tile are a multiple of this.</summary>
    public required int RowGranularity { get; init; }

    /// <summary>K is padded to a multiple of this.</summary>
    public required int Depth { get; init; }

    /// <summary>Whether the last wave of tiles takes as long as a full one.</summary>
    public bool WholeWaves { get; init; }

    /// <summary>The tiles of a library that picks by size, the first that fits; empty where it picks the fastest.</summary>
    public ImmutableArray<GemmTile> Fixed { get; init; } = [];

    /// <summary>The kernels that multiply a format on a device.</summary>
    public static GemmKernels For(NumberFormat format, Accelerator device) => format switch
    {
        NumberFormat.Nvfp4 or NumberFormat.Mxfp4 => FourBit,
        NumberFormat.Fp8 or NumberFormat.Fp8Block or NumberFormat.Int8 when device.Target is "sm_100" or "sm_103" => EightBitPairs,
        NumberFormat.Fp8 or NumberFormat.Fp8Block or NumberFormat.Int8 when IsNvidia(device) => EightBit,
        _ when device.Target == "sm_90" => AsynchronousHopper,
        _ when IsNvidia(device) && device.Target is not ("sm_100" or "sm_103") => Synchronous,
        _ => Asynchronous,
    };

    private static bool IsNvidia(Accelerator device) => device.Target.StartsWith("sm_", StringComparison.Ordinal);
}
