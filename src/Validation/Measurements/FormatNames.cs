using System.Collections.Frozen;
using LlmSim.Model.Hardware;

namespace LlmSim.Validation.Measurements;

/// <summary>The formats of a product's operands.</summary>
/// <param name="Activations">Left operand, and the arithmetic.</param>
/// <param name="Weights">Right operand in memory.</param>
public readonly record struct OperandFormats(NumberFormat Activations, NumberFormat Weights);

/// <summary>Number formats by the loose names that measurement tables use.</summary>
public static class FormatNames
{
    private static readonly FrozenDictionary<string, OperandFormats> Formats = new Dictionary<string, OperandFormats>(StringComparer.Ordinal)
    {
        ["fp32"] = Both(NumberFormat.Fp32),
        ["float32"] = Both(NumberFormat.Fp32),
        ["tf32"] = Both(NumberFormat.Tf32),
        ["bf16"] = Both(NumberFormat.Bf16),
        ["bfloat16"] = Both(NumberFormat.Bf16),
        ["fp16"] = Both(NumberFormat.Fp16),
        ["float16"] = Both(NumberFormat.Fp16),
        ["half"] = Both(NumberFormat.Fp16),
        ["fp8"] = Both(NumberFormat.Fp8),
        ["fp8-e4m3"] = Both(NumberFormat.Fp8),
        ["w8a8-fp8"] = Both(NumberFormat.Fp8),
        ["fp8-block"] = Both(NumberFormat.Fp8Block),
        ["fp8-blockwise"] = Both(NumberFormat.Fp8Block),
        ["nvfp4"] = Both(NumberFormat.Nvfp4),
        ["fp4"] = Both(NumberFormat.Nvfp4),
        ["w4a4-nvfp4"] = Both(NumberFormat.Nvfp4),
        ["mxfp4"] = new(NumberFormat.Bf16, NumberFormat.Mxfp4),
        ["w4a16-mxfp4"] = new(NumberFormat.Bf16, NumberFormat.Mxfp4),
        ["w4a8-mxfp4-mxfp8"] = new(NumberFormat.Fp8, NumberFormat.Mxfp4),
        ["w4a4-mxfp4"] = Both(NumberFormat.Mxfp4),
        ["w4a16-nvfp4"] = new(NumberFormat.Bf16, NumberFormat.Nvfp4),
        ["int8"] = Both(NumberFormat.Int8),
        ["w8a8"] = Both(NumberFormat.Int8),
        ["w8a16"] = new(NumberFormat.Bf16, NumberFormat.Int8),
        ["int8-wo"] = new(NumberFormat.Bf16, NumberFormat.Int8),
        ["int4"] = new(NumberFormat.Bf16, NumberFormat.Int4),
        ["w4a16"] = new(NumberFormat.Bf16, NumberFormat.Int4),
        ["int4-wo"] = new(NumberFormat.Bf16, NumberFormat.Int4),
        ["w4a8"] = new(NumberFormat.Fp8, NumberFormat.Int4),
        ["w4afp8"] = new(NumberFormat.Fp8, NumberFormat.Int4),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Every name in ordinal order, as messages list them.</summary>
    public static string Legal { get; } = string.Join(", ", Formats.Keys.Order(StringComparer.Ordinal));

    /// <summary>The formats of a name, whatever its case and with '_' or ' ' for '-'; false where nothing goes by it.</summary>
    public static bool TryParse(string name, out OperandFormats formats) =>
        Formats.TryGetValue(name, out formats) || Formats.TryGetValue(name.Trim().ToLowerInvariant().Replace('_', '-').Replace(' ', '-'), out formats);

    private static OperandFormats Both(NumberFormat format) => new(format, format);
}
