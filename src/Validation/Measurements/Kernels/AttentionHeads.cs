using LlmSim.Model.Hardware;

namespace LlmSim.Validation.Measurements.Kernels;

/// <summary>The heads of a measured attention kernel on one device.</summary>
/// <param name="Queries">Query heads.</param>
/// <param name="KeyValues">Key and value heads.</param>
/// <param name="Size">Width of a head.</param>
internal readonly record struct AttentionHeads(int Queries, int KeyValues, int Size)
{
    /// <summary>What a cross-validation keeps together: kernels are tuned by these.</summary>
    public string Group => FormattableString.Invariant($"q_heads={Queries},kv_heads={KeyValues},head_dim={Size}");

    /// <summary>The heads of a row; it is skipped where they cannot be.</summary>
    public static AttentionHeads Of(MeasuredCells cells)
    {
        var heads = new AttentionHeads(cells.Count("q_heads"), cells.Count("kv_heads"), cells.Count("head_dim"));
        if (cells.IsSound && heads.Queries % heads.KeyValues != 0)
        {
            cells.Skip(
                SkipReasons.BadValue,
                FormattableString.Invariant($"kv_heads {heads.KeyValues} does not divide q_heads {heads.Queries}; each key-value head serves equally many query heads"));
        }

        return heads;
    }

    /// <summary>Format of the cache, and whether the kernel is windowed.</summary>
    public static string Variant(NumberFormat cache, int window) => $"cache {cache.Name()}" + (window > 0 ? ", window" : string.Empty);
}
