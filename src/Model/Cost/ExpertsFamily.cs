using System.Collections.Frozen;
using System.Collections.Immutable;
using LlmSim.Model.Units;

namespace LlmSim.Model.Cost;

/// <summary>What a family of expert kernels does that no constant says: which tiles it has and how it picks one.</summary>
/// <param name="TileRows">Rows of its tiles, ascending.</param>
/// <param name="TileColumns">Columns of its tiles.</param>
/// <param name="ByLoad">Whether the rows follow from the mean load of an expert (the smallest that hold it) rather than from the best time.</param>
/// <param name="Bandwidth">Memory bandwidth for which its constants hold on every device, where latency limits it rather than memory; else null.</param>
public sealed record ExpertsFamily(ImmutableArray<int> TileRows, ImmutableArray<int> TileColumns, bool ByLoad = true, Bandwidth? Bandwidth = null)
{
    private const string Ampere = "Ampere";

    private static readonly ExpertsFamily Large = new([16, 32, 64, 128], [64, 128]);

    private static readonly ExpertsFamily Small = new([8, 16, 32, 64], [64, 128]);

    private static readonly ExpertsFamily Tuned = new([16, 32, 64, 128], [64, 128, 256], ByLoad: false);

    /// <summary>Families that differ from <see cref="Large"/>, as residuals of public kernel tables told.</summary>
    private static readonly FrozenDictionary<string, ExpertsFamily> ByKey = new Dictionary<string, ExpertsFamily>(StringComparer.Ordinal)
    {
        ["bf16/trtllm"] = Small,
        ["fp8-block/triton"] = Tuned,
        ["fp8-block/trtllm"] = Small,
        ["fp8-block/modular"] = Small,

        // The same times on H100 and H200: the bandwidth is H100's.
        ["fp8/cutlass"] = Large with { Bandwidth = Units.Bandwidth.GigabytesPerSecond(3350) },
        ["nvfp4/cutlass"] = new([64], [64, 128], ByLoad: false),
        ["mxfp4/oai-triton"] = Tuned,
        ["mxfp4/marlin"] = Small,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The family of a row of constants, such as <c>fp8-block/triton</c>, on a generation of devices.</summary>
    public static ExpertsFamily Of(string key, string generation) =>
        key == "bf16/triton" && generation == Ampere ? Small : ByKey.GetValueOrDefault(key, Large);
}
