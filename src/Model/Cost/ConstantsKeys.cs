using System.Collections.Immutable;
using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;

namespace LlmSim.Model.Cost;

/// <summary>Which row of constants prices an operator: the exact key first, then those to which it falls back.</summary>
/// <remarks>A fit makes the row of the first key; the cost model takes the first that there is.</remarks>
public static class ConstantsKeys
{
    private static readonly string Bf16 = NumberFormat.Bf16.Name();

    private static readonly ImmutableArray<ImmutableArray<string>> ByFormat = [.. Enum.GetValues<NumberFormat>().Select(Chain)];

    /// <summary>Kernels that stand in where the usual one was not built for a head size.</summary>
    private static readonly ImmutableArray<ImmutableArray<string>> StandIns =
        [.. ByFormat.Select(static keys => keys.SelectMany(static key => (string[])[$"{key}/stand-in", key]).ToImmutableArray())];

    private static readonly ImmutableArray<ImmutableArray<string>> ByFormats =
    [
        .. Enum.GetValues<NumberFormat>().SelectMany(static cache => Enum.GetValues<NumberFormat>().Select(weights =>
            Pairs(cache, weights))),
    ];

    private static readonly ImmutableArray<ImmutableArray<string>> ByFormatsAndFp8Queries =
        [.. ByFormats.Select(static pairs => pairs.SelectMany(static pair => (string[])[$"{pair}/{NumberFormat.Fp8.Name()}", pair]).ToImmutableArray())];

    private static readonly int Formats = Enum.GetValues<NumberFormat>().Length;

    /// <summary>Keys of a matrix product: the format of its arithmetic.</summary>
    public static ImmutableArray<string> Of(GemmShape shape) => ByFormat[(int)shape.Activations];

    /// <summary>Keys of the attention of decoding sequences on a device: the format of the cache, and whether its usual kernel has the head size.</summary>
    public static ImmutableArray<string> Of(DecodeAttentionShape shape, Accelerator device)
    {
        // FlashAttention-3 is built for head sizes up to 256.
        bool standIn = IsGenerated(shape.Cache, shape.HeadSize, device) || (device.Generation == "Hopper" && shape.HeadSize > 256);
        return standIn ? StandIns[(int)shape.Cache] : ByFormat[(int)shape.Cache];
    }

    /// <summary>Keys of the attention of prompts on a device: the format of the cache, and whether its usual kernel has the head size.</summary>
    public static ImmutableArray<string> Of(PrefillAttentionShape shape, Accelerator device) =>
        shape.WritesCache && IsGenerated(shape.Cache, shape.HeadSize, device) ? StandIns[(int)shape.Cache] : ByFormat[(int)shape.Cache];

    /// <summary>Keys of latent attention: the formats of cache and projections, and of quantised queries where keys are expanded.</summary>
    public static ImmutableArray<string> Of(LatentAttentionShape shape)
    {
        int pair = ((int)shape.Cache * Formats) + (int)shape.Weights;
        return shape.IsAbsorbed || shape.Queries != NumberFormat.Fp8 ? ByFormats[pair] : ByFormatsAndFp8Queries[pair];
    }

    /// <summary>Keys of the matrix products inside latent attention: the format of its projections.</summary>
    public static ImmutableArray<string> Projections(LatentAttentionShape shape) => ByFormat[(int)shape.Weights];

    /// <summary>Keys of routed experts on a device: format and kernel.</summary>
    public static ImmutableArray<string> Of(ExpertsShape shape, Accelerator device) => ExpertsKeys.Of(shape, device);

    /// <summary>The kernels of data-center Blackwell that read quantised caches are built for head sizes 64, 128, 256 and 512; others run generated code.</summary>
    private static bool IsGenerated(NumberFormat cache, double headSize, Accelerator device) =>
        cache.BytesPerElement() < 2 && device.Target.StartsWith("sm_10", StringComparison.Ordinal) && headSize is not (64 or 128 or 256 or 512);

    /// <summary>Block-scaled formats fall back to their plain ones, narrow ones to wider ones, all to bf16.</summary>
    private static ImmutableArray<string> Chain(NumberFormat format) => format switch
    {
        NumberFormat.Fp8Block or NumberFormat.Int8 or NumberFormat.Nvfp4 => Distinct(format.Name(), NumberFormat.Fp8.Name(), Bf16),
        NumberFormat.Mxfp4 or NumberFormat.Int4 => Distinct(format.Name(), NumberFormat.Nvfp4.Name(), Bf16),
        _ => Distinct(format.Name(), Bf16),
    };

    /// <summary>The cache decides over the attention kernel and the projections over its frame, so that a row of like projections stands in before one of another cache.</summary>
    private static ImmutableArray<string> Pairs(NumberFormat cache, NumberFormat weights)
    {
        ImmutableArray<string> projections = weights switch
        {
            NumberFormat.Fp8 or NumberFormat.Int8 => [weights.Name(), NumberFormat.Fp8Block.Name()],
            NumberFormat.Mxfp4 => [weights.Name(), NumberFormat.Nvfp4.Name(), NumberFormat.Fp8Block.Name()],
            NumberFormat.Nvfp4 => [weights.Name(), NumberFormat.Fp8Block.Name()],
            _ => [weights.Name()],
        };
        return Distinct([.. Chain(cache).SelectMany(c => projections.Select(p => $"{c}/{p}")), .. Chain(cache).Select(c => $"{c}/{Bf16}")]);
    }

    private static ImmutableArray<string> Distinct(params string[] keys) => [.. keys.Distinct(StringComparer.Ordinal)];
}
