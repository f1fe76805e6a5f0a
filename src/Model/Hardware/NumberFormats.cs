using System.Collections.Immutable;
using LlmSim.Model.Units;

namespace LlmSim.Model.Hardware;

/// <summary>Names and sizes of <see cref="NumberFormat"/>.</summary>
public static class NumberFormats
{
    private static readonly ImmutableArray<(NumberFormat Format, string Name, double Bytes)> Table =
    [
        (NumberFormat.Fp64, "fp64", 8),
        (NumberFormat.Fp32, "fp32", 4),
        (NumberFormat.Tf32, "tf32", 4),
        (NumberFormat.Bf16, "bf16", 2),
        (NumberFormat.Fp16, "fp16", 2),
        (NumberFormat.Fp8, "fp8", 1),
        (NumberFormat.Fp8Block, "fp8-block", 1 + (4d / (128 * 128))),
        (NumberFormat.Nvfp4, "nvfp4", 0.5 + (1d / 16)),
        (NumberFormat.Mxfp4, "mxfp4", 0.5 + (1d / 32)),
        (NumberFormat.Int8, "int8", 1),
        (NumberFormat.Int4, "int4", 0.5 + (2d / 128)),
    ];

    /// <summary>Every name, in order of the enumeration.</summary>
    public static ImmutableArray<string> Names { get; } = [.. Table.Select(static row => row.Name)];

    /// <summary>The name as in scenario files, such as <c>bf16</c>.</summary>
    public static string Name(this NumberFormat format) => Table[(int)format].Name;

    /// <summary>Storage of one element, its share of the scales included.</summary>
    public static Bytes Size(this NumberFormat format) => new(Table[(int)format].Bytes);

    /// <summary>Storage of one element in bytes, its share of the scales included, for use inside formulas.</summary>
    public static double BytesPerElement(this NumberFormat format) => Table[(int)format].Bytes;

    /// <summary>The format on whose matrix peak the product runs: block-scaled fp8 runs at the fp8 rate.</summary>
    public static NumberFormat ComputePeak(this NumberFormat format) => format switch
    {
        NumberFormat.Fp8Block => NumberFormat.Fp8,
        NumberFormat.Mxfp4 => NumberFormat.Nvfp4,
        _ => format,
    };

    /// <summary>The format of a name, or false where there is none.</summary>
    public static bool TryParse(string name, out NumberFormat format)
    {
        foreach ((NumberFormat candidate, string candidateName, _) in Table)
        {
            if (string.Equals(candidateName, name, StringComparison.OrdinalIgnoreCase))
            {
                format = candidate;
                return true;
            }
        }

        format = default;
        return false;
    }
}
