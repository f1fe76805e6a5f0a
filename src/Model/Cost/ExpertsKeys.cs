using System.Collections.Immutable;
using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;

namespace LlmSim.Model.Cost;

/// <summary>Keys of rows of constants of routed experts: format and kernel, such as <c>fp8-block/triton</c>.</summary>
public static class ExpertsKeys
{
    /// <summary>Weights in mxfp4, activations quantised to fp8 with the same block scales.</summary>
    public const string Mxfp8Activations = "mxfp4-mxfp8";

    private static readonly ImmutableArray<string> KernelNames = ["triton", "cutlass", "trtllm", "modular", "oai-triton", "marlin"];

    private static readonly ImmutableArray<string> FourBit = [NumberFormat.Mxfp4.Name(), NumberFormat.Nvfp4.Name(), Mxfp8Activations];

    private static readonly ImmutableArray<ImmutableArray<string>> Chains =
        [.. Formats.SelectMany(static format => Enum.GetValues<ExpertsKernel>().Select(kernel => Chain(format, kernel.Name())))];

    /// <summary>What may stand before the slash.</summary>
    public static ImmutableArray<string> Formats => [.. NumberFormats.Names, Mxfp8Activations];

    /// <summary>The name of a kernel in keys.</summary>
    public static string Name(this ExpertsKernel kernel) => KernelNames[(int)kernel];

    /// <summary>Keys of routed experts on a device: its own first; then the same kernel of like formats, other kernels of the format, and bf16.</summary>
    public static ImmutableArray<string> Of(ExpertsShape shape, Accelerator device)
    {
        int format = shape.Weights == NumberFormat.Mxfp4 && shape.Activations is NumberFormat.Fp8 or NumberFormat.Fp8Block
            ? NumberFormats.Names.Length
            : (int)shape.Weights;
        return Chains[(format * KernelNames.Length) + (int)(shape.Kernel ?? Usual(shape, device))];
    }

    /// <summary>The kernel that vLLM 0.24 picks.</summary>
    /// <remarks>
    /// Except for fp8 with one scale a tensor on Hopper, where its kernel reached 7 % of the peak in public tables: an untuned tactic that says nothing about
    /// servers. That kernel has to be asked for.
    /// </remarks>
    public static ExpertsKernel Usual(ExpertsShape shape, Accelerator device)
    {
        bool fourBit = shape.Weights is NumberFormat.Nvfp4 or NumberFormat.Mxfp4 or NumberFormat.Int4;
        if (device.Target.StartsWith("sm_10", StringComparison.Ordinal))
        {
            return shape.Weights switch
            {
                NumberFormat.Int4 => ExpertsKernel.Marlin,
                NumberFormat.Bf16 when shape.Spec.ExpertIntermediateSize / shape.TensorShards % 128 != 0 => ExpertsKernel.Cutlass,

                // Llama 4 and DeepSeek-V4-Flash, whose routing the generated kernels do not know.
                NumberFormat.Fp8Block when shape.Spec.TopK == 1 || shape.Spec is { TopK: 6, Experts: 256 } => ExpertsKernel.Modular,
                _ => ExpertsKernel.Trtllm,
            };
        }

        if (device.Generation == "Hopper")
        {
            return shape.Weights switch
            {
                NumberFormat.Mxfp4 => ExpertsKernel.OaiTriton,
                NumberFormat.Fp8Block when shape.ExpertShards > 1 => ExpertsKernel.Cutlass,
                _ => fourBit ? ExpertsKernel.Marlin : ExpertsKernel.Triton,
            };
        }

        return fourBit ? ExpertsKernel.Marlin : ExpertsKernel.Triton;
    }

    private static ImmutableArray<string> Chain(string format, string kernel)
    {
        ImmutableArray<string> formats = [format, .. Like(format)];
        string bf16 = NumberFormat.Bf16.Name();
        IEnumerable<string> keys =
        [
            .. formats.Select(f => $"{f}/{kernel}"),
            .. formats.SelectMany(static f => KernelNames.Select(name => $"{f}/{name}").Append(f)),
            $"{bf16}/{kernel}",
            .. KernelNames.Select(name => $"{bf16}/{name}"),
            bf16,
        ];
        return [.. keys.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Formats of the same width whose kernels are alike.</summary>
    private static ImmutableArray<string> Like(string format)
    {
        string fp8 = NumberFormat.Fp8.Name();
        string block = NumberFormat.Fp8Block.Name();
        return format == fp8 ? [block]
            : format == block ? [fp8]
            : format == NumberFormat.Int8.Name() ? [block, fp8]
            : FourBit.Contains(format) || format == NumberFormat.Int4.Name() ? FourBit
            : [];
    }
}
