using System.Collections.Frozen;
using System.Collections.Immutable;
using LlmSim.Model.Operators;
using LlmSim.Model.Units;

namespace LlmSim.Model.Cost;

/// <summary>What a family of expert kernels does that no constant says.</summary>
/// <param name="Tiles">How it picks a tile.</param>
/// <param name="TileRows">Rows of its tiles, ascending powers of two.</param>
/// <param name="TileColumns">Columns of its tiles, ascending.</param>
/// <param name="SeparateActivation">Whether a kernel of its own applies the activation, to the pairs of all ranks; otherwise the first product does.</param>
/// <param name="Bandwidth">Memory bandwidth for which its constants hold on every device, where latency limits it rather than memory; else null.</param>
/// <remarks>
/// Tile rules are those of the sources: vLLM 0.14 and 0.24 (fused_moe.py, fused_marlin_moe.py), FlashInfer 0.6 (trtllm_fused_moe_kernel_launcher.cu),
/// Triton's matmul_ogs (opt_flags.py).
/// </remarks>
public sealed record ExpertsFamily(
    ExpertTiles Tiles, ImmutableArray<int> TileRows, ImmutableArray<int> TileColumns, bool SeparateActivation = false, Bandwidth? Bandwidth = null)
{
    /// <summary>Share of a tile that Marlin wants to leave empty at least on the average.</summary>
    private const double FullTile = 0.9;

    private static readonly ExpertsFamily ByLoad = new(ExpertTiles.ByLoad, [16, 32, 64, 128], [64, 128]);

    private static readonly ExpertsFamily Triton = new(ExpertTiles.ByTokens, [16, 32, 64, 128], [64, 128], SeparateActivation: true);

    private static readonly ExpertsFamily Early = new(ExpertTiles.TokensAgainstExperts, [16, 64], [32, 64], SeparateActivation: true);

    private static readonly ExpertsFamily EarlySearched = new(ExpertTiles.Searched, [16, 32, 64, 128], [64, 128, 256], SeparateActivation: true);

    private static readonly ExpertsFamily Generated = new(ExpertTiles.StepDown, [8, 16, 32, 64, 128], [128]);

    private static readonly ExpertsFamily Marlin = new(ExpertTiles.Filling, [8, 16, 32, 64], [128], SeparateActivation: true);

    private static readonly FrozenDictionary<string, ExpertsFamily> ByKey = new Dictionary<string, ExpertsFamily>(StringComparer.Ordinal)
    {
        ["fp8-block/triton"] = new(ExpertTiles.ByTokensInBlocks, [16, 64], [128], SeparateActivation: true),
        ["fp8-block/trtllm"] = Generated with { SeparateActivation = true },
        ["fp8-block/modular"] = Generated with { SeparateActivation = true },
        ["nvfp4/trtllm"] = Generated with { TileRows = [8, 16, 32, 64, 128, 256] },
        ["mxfp4-mxfp8/trtllm"] = Generated with { TileRows = [8, 16, 32, 64, 128, 256] },
        ["mxfp4/trtllm"] = Generated with { TileRows = [8, 16, 32, 64] },
        ["mxfp4/oai-triton"] = new(ExpertTiles.TwiceTheLoad, [16, 32, 64, 128], [128]),

        // The same times on H100 and H200: the bandwidth is H100's.
        ["fp8/cutlass"] = ByLoad with { Bandwidth = Units.Bandwidth.GigabytesPerSecond(3350) },
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The family of a row of constants.</summary>
    /// <param name="key">Key of the row, such as <c>fp8-block/triton</c>.</param>
    /// <param name="generation">Generation of the device.</param>
    /// <param name="searched">Whether tiles were searched for the very layer.</param>
    public static ExpertsFamily Of(string key, string generation, bool searched)
    {
        if (key == "bf16/triton" && generation == "Ampere")
        {
            return searched ? EarlySearched : Early;
        }

        if (ByKey.TryGetValue(key, out ExpertsFamily? family))
        {
            return family;
        }

        ReadOnlySpan<char> kernel = key.AsSpan(key.IndexOf('/') + 1);
        return kernel is "trtllm" or "modular" ? Generated : kernel is "marlin" ? Marlin : kernel is "triton" ? Triton : ByLoad;
    }

    /// <summary>The tiles among which the kernel takes the fastest; one of each in most families.</summary>
    /// <param name="shape">The layer and its tokens over all ranks.</param>
    public (ReadOnlyMemory<int> Rows, ReadOnlyMemory<int> Columns) Candidates(ExpertsShape shape)
    {
        double tokens = shape.Tokens;
        double load = tokens * shape.Spec.TopK / shape.Spec.Experts;
        double localExperts = (double)shape.Spec.Experts / shape.ExpertShards;
        double spread = load * shape.ExpertShards;
        return Tiles switch
        {
            ExpertTiles.ByLoad => (Rows(load), TileColumns.AsMemory()),
            ExpertTiles.ByTokens => (At(TileRows, tokens <= 32 ? 0 : tokens <= 96 ? 1 : tokens <= 512 ? 2 : 3), At(TileColumns, tokens <= 64 ? 0 : 1)),
            ExpertTiles.ByTokensInBlocks => (At(TileRows, tokens <= 64 ? 0 : 1), TileColumns.AsMemory()),
            ExpertTiles.TokensAgainstExperts => (At(TileRows, tokens <= localExperts ? 0 : 1), At(TileColumns, tokens <= localExperts ? 0 : 1)),
            ExpertTiles.StepDown => (At(TileRows, Math.Max(0, Place(spread) - 1)), TileColumns.AsMemory()),
            ExpertTiles.Filling => (Rows(spread / FullTile), TileColumns.AsMemory()),
            ExpertTiles.TwiceTheLoad => (At(TileRows, Math.Min(Place(load <= 64 ? 2 * load : load), load <= 64 ? 2 : 3)), TileColumns.AsMemory()),
            _ => (TileRows.AsMemory(), TileColumns.AsMemory()),
        };
    }

    private ReadOnlyMemory<int> Rows(double load) => At(TileRows, Place(load));

    /// <summary>The first tile that holds a load, else the last.</summary>
    private int Place(double load)
    {
        int place = 0;
        while (place < TileRows.Length - 1 && TileRows[place] < load)
        {
            place++;
        }

        return place;
    }

    private static ReadOnlyMemory<int> At(ImmutableArray<int> sizes, int place) => sizes.AsMemory().Slice(place, 1);
}
