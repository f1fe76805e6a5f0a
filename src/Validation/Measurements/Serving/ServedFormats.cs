using LlmSim.Model.Architecture;
using LlmSim.Model.Hardware;

namespace LlmSim.Validation.Measurements.Serving;

/// <summary>The number formats of a served model.</summary>
/// <param name="Weights">Weights in memory.</param>
/// <param name="Activations">Activations, and the arithmetic.</param>
/// <param name="Cache">KV cache.</param>
internal readonly record struct ServedFormats(NumberFormat Weights, NumberFormat Activations, NumberFormat Cache)
{
    /// <summary>The formats behind a precision such as <c>fp8</c>, which means other kernels for other checkpoints.</summary>
    /// <param name="cells">The row; an unknown precision skips it.</param>
    /// <param name="precision">Column of the precision; blank: as the model is published.</param>
    /// <param name="architecture">The model.</param>
    /// <param name="device">The device.</param>
    /// <param name="quantisedCache">Whether quantised models keep their cache in fp8.</param>
    public static ServedFormats Read(
        MeasuredCells cells, string precision, TransformerArchitecture architecture, Accelerator device, bool quantisedCache)
    {
        OperandFormats formats = Operands(cells, precision, architecture, device);
        bool isQuantised = formats.Weights.BytesPerElement() < NumberFormat.Bf16.BytesPerElement();
        NumberFormat usual = isQuantised && quantisedCache ? NumberFormat.Fp8 : NumberFormat.Bf16;
        string stated = cells.Text("kv_dtype");
        bool isUsual = stated.Length == 0 || stated.Equals("auto", StringComparison.OrdinalIgnoreCase);
        NumberFormat cache = isUsual ? usual : cells.Formats("kv_dtype").Activations;
        return new(formats.Weights, formats.Activations, cache is NumberFormat.Fp16 ? NumberFormat.Bf16 : cache);
    }

    private static OperandFormats Operands(MeasuredCells cells, string precision, TransformerArchitecture architecture, Accelerator device)
    {
        string text = cells.Text(precision).ToLowerInvariant();
        string model = cells.Text("model").ToLowerInvariant();
        switch (text)
        {
            case "" or "auto":
                return Published(architecture, model, device);
            case "fp8":
                return EightBits(architecture, model);
            case "fp4":
                return FourBits(architecture.NativeFormat == NumberFormat.Mxfp4 ? NumberFormat.Mxfp4 : NumberFormat.Nvfp4, device);
            default:
                return cells.Formats(precision);
        }
    }

    /// <summary>As the model is published, or as its repository's name says.</summary>
    private static OperandFormats Published(TransformerArchitecture architecture, string model, Accelerator device)
    {
        if (model.Contains("fp8", StringComparison.Ordinal))
        {
            return EightBits(architecture, model);
        }

        return architecture.NativeFormat switch
        {
            NumberFormat.Nvfp4 or NumberFormat.Mxfp4 => FourBits(architecture.NativeFormat, device),
            NumberFormat.Int4 or NumberFormat.Int8 => new(NumberFormat.Bf16, architecture.NativeFormat),
            NumberFormat.Fp8Block or NumberFormat.Fp8 => new(architecture.NativeFormat, architecture.NativeFormat),
            _ => model.Contains("fp4", StringComparison.Ordinal) ? FourBits(NumberFormat.Nvfp4, device) : new(NumberFormat.Bf16, NumberFormat.Bf16),
        };
    }

    private static OperandFormats EightBits(TransformerArchitecture architecture, string model) =>
        IsBlockScaled(architecture, model) ? new(NumberFormat.Fp8Block, NumberFormat.Fp8Block) : new(NumberFormat.Fp8, NumberFormat.Fp8);

    /// <summary>Devices without four-bit arithmetic widen the weights; MXFP4 weights meet eight-bit activations where there is such.</summary>
    private static OperandFormats FourBits(NumberFormat weights, Accelerator device) =>
        !device.Supports(weights) ? new(NumberFormat.Bf16, weights)
        : weights == NumberFormat.Mxfp4 ? new(NumberFormat.Fp8, weights)
        : new(weights, weights);

    private static bool IsBlockScaled(TransformerArchitecture architecture, string model) =>
        architecture.NativeFormat == NumberFormat.Fp8Block
        || (model.Contains("fp8", StringComparison.Ordinal)
            && ServerPresets.Known.BlockScaledPublishers.Any(publisher => model.StartsWith(publisher, StringComparison.Ordinal)));
}
