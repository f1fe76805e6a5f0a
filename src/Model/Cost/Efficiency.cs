using System.Collections.Immutable;
using LlmSim.Model.Collectives;
using LlmSim.Model.Hardware;

namespace LlmSim.Model.Cost;

/// <summary>What kernels, links and hosts reach of the data sheet: the few constants of the cost model for one device and its software.</summary>
/// <remarks>Calibration makes a new one; it never edits a data sheet.</remarks>
public sealed record Efficiency
{
    /// <summary>Catalog key, such as <c>h100-sxm</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Key of the accelerator on which the constants were found.</summary>
    public required string Device { get; init; }

    /// <summary>Generation of that accelerator.</summary>
    public required string Generation { get; init; }

    /// <summary>Where the constants come from, for people.</summary>
    public required string Source { get; init; }

    /// <summary>Tables on which they were fitted.</summary>
    public ImmutableArray<string> FittedOn { get; init; } = [];

    /// <summary>Set where the constants were found on another device and are used for this one; says which and by what rule.</summary>
    public string? CarriedFrom { get; init; }

    /// <summary>Matrix products by format of the arithmetic. At least bf16 is there.</summary>
    public required ImmutableSortedDictionary<NumberFormat, GemmConstants> Gemm { get; init; }

    /// <summary>Attention of decoding sequences by format of the cache. At least bf16 is there.</summary>
    public required ImmutableSortedDictionary<NumberFormat, DecodeAttentionConstants> DecodeAttention { get; init; }

    /// <summary>Attention of prompts by format of the cache. At least bf16 is there.</summary>
    public required ImmutableSortedDictionary<NumberFormat, PrefillAttentionConstants> PrefillAttention { get; init; }

    /// <summary>Routed experts by format of the weights. At least bf16 is there.</summary>
    public required ImmutableSortedDictionary<NumberFormat, ExpertsConstants> Experts { get; init; }

    /// <summary>Latent attention, absorbed form.</summary>
    public required LatentAttentionConstants LatentDecode { get; init; }

    /// <summary>Latent attention, expanded form.</summary>
    public required LatentAttentionConstants LatentPrefill { get; init; }

    /// <summary>Kernels that only stream tensors.</summary>
    public required StreamConstants Stream { get; init; }

    /// <summary>Exchanges between devices.</summary>
    public required CollectiveConstants Collectives { get; init; }

    /// <summary>The host of a serving engine.</summary>
    public required ServingHostConstants ServingHost { get; init; }

    /// <summary>What sustained training steps add to kernels timed alone.</summary>
    public required TrainingConstants Training { get; init; }

    /// <summary>The constants of a format, or of the nearest one that was measured: block-scaled formats fall back to their plain ones, all others to bf16.</summary>
    public static T ForFormat<T>(ImmutableSortedDictionary<NumberFormat, T> constants, NumberFormat format)
    {
        if (constants.TryGetValue(format, out T? exact))
        {
            return exact;
        }

        NumberFormat nearest = format switch
        {
            NumberFormat.Fp8Block or NumberFormat.Int8 => NumberFormat.Fp8,
            NumberFormat.Mxfp4 or NumberFormat.Int4 => NumberFormat.Nvfp4,
            NumberFormat.Nvfp4 => NumberFormat.Fp8,
            _ => NumberFormat.Bf16,
        };
        return constants.TryGetValue(nearest, out T? near) ? near : constants[NumberFormat.Bf16];
    }
}
