using System.Collections.Frozen;
using System.Collections.Immutable;
using LlmSim.Model.Units;

namespace LlmSim.Model.Cost;

/// <summary>What a family of expert kernels does that no constant says: which tiles it has and how it picks one.</summary>
/// <param name="TileRows">Rows of its tiles, ascending.</param>
/// <param name="TileColumns">Columns of its tiles.</param>
/// <param name="Choice">How a tile is picked.</param>
/// <param name="Bandwidth">Memory bandwidth for which its constants hold on every device, where latency limits it rather than memory; else null.</param>
public sealed record ExpertsFamily(ImmutableArray<int> TileRows, ImmutableArray<int> TileColumns, TileChoice Choice = TileChoice.ByLoad, Bandwidth? Bandwidth = null)
{
    private static readonly ExpertsFamily Large = new([16, 32, 64, 128], [64, 128]);

    /// <summary>vLLM up to 0.14 on devices for which nobody searched tiles of the layer: 16 x 32 while tokens are at most experts, else 64 x 64.</summary>
    private static readonly ExpertsFamily Untuned = new([16, 64], [32, 64], TileChoice.ByTokens);

    private static readonly ExpertsFamily Small = new([8, 16, 32, 64], [64, 128]);

    private static readonly ExpertsFamily Tuned = new([16, 32, 64, 128], [64, 128, 256], TileChoice.Best);

    /// <summary>Families that differ from <see cref="Large"/>, as residuals of public kernel tables told.</summary>
    private static readonly FrozenDictionary<string, ExpertsFamily> ByKey = new Dictionary<string, ExpertsFamily>(StringComparer.Ordinal)
    {
        ["bf16/trtllm"] = Small,
        ["fp8-block/triton"] = Tuned,
        ["fp8-block/trtllm"] = Small,
        ["fp8-block/modular"] = Small,

        // The same times on H100 and H200: the bandwidth is H100's.
        ["fp8/cutlass"] = Large with { Bandwidth = Units.Bandwidth.GigabytesPerSecond(3350) },
        ["nvfp4/cutlass"] = new([64], [64, 128], TileChoice.Best),
        ["mxfp4/oai-triton"] = Tuned,
        ["mxfp4/marlin"] = Small,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The family of a row of constants, such as <c>fp8-block/triton</c>.</summary>
    /// <param name="key">Key of the row.</param>
    /// <param name="generation">Generation of the device.</param>
    /// <param name="tuned">Whether tiles were searched for the very layer.</param>
    public static ExpertsFamily Of(string key, string generation, bool tuned) =>
        key == "bf16/triton" && generation == "Ampere" ? (tuned ? Tuned : Untuned) : ByKey.GetValueOrDefault(key, Large);
}

/// <summary>How a kernel picks one of its tiles.</summary>
public enum TileChoice
{
    /// <summary>The fewest rows that hold the mean load of an expert, and the better columns.</summary>
    ByLoad,

    /// <summary>The fastest of all.</summary>
    Best,

    /// <summary>The smallest tile while there are no more tokens than local experts, else the largest.</summary>
    ByTokens,
}
