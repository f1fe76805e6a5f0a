using LlmSim.Model.Architecture;
using LlmSim.Model.Units;

namespace LlmSim.Model.Operators;

/// <summary>Counts of a latent-attention module on one device (DeepSeek-V2, arXiv 2405.04434, section 2.1).</summary>
/// <param name="ProjectionParameters">Weights of the projections on this device.</param>
/// <param name="ProjectionFlops">Operations of the projections.</param>
/// <param name="AttentionFlops">Operations of scores and weighted sums, and of the absorption products in the decode form.</param>
/// <param name="CacheElementsRead">Cached values read.</param>
public readonly record struct LatentAttentionWork(double ProjectionParameters, FlopCount ProjectionFlops, FlopCount AttentionFlops, double CacheElementsRead)
{
    /// <summary>The counts of a shape.</summary>
    public static LatentAttentionWork Of(LatentAttentionShape shape)
    {
        double parameters = Projections(shape).Sum(static p => p.N * p.K);
        double flops = 2 * Projections(shape).Sum(static p => p.M * p.N * p.K);
        LatentAttentionSpec spec = shape.Spec;
        double latent = spec.KvRank + spec.RopeHeadSize;
        if (shape.IsAbsorbed)
        {
            double absorbed = 2 * shape.Tokens * shape.Heads * spec.KvRank * (spec.NopeHeadSize + spec.ValueHeadSize);
            double attention = 2 * shape.Context * (shape.Tokens / Math.Max(1, shape.Sequences)) * shape.Heads * (latent + spec.KvRank);
            double absorptionParameters = shape.Heads * spec.KvRank * (spec.NopeHeadSize + spec.ValueHeadSize);
            return new(parameters + absorptionParameters, new FlopCount(flops), new FlopCount(absorbed + attention), shape.Context * latent);
        }

        double perScore = 2d * (spec.NopeHeadSize + spec.RopeHeadSize + spec.ValueHeadSize);
        return new(parameters, new FlopCount(flops), new FlopCount(shape.Context * shape.Heads * perScore), shape.Past * latent);
    }

    /// <summary>The products of the module with weights: rows, columns and inner size.</summary>
    public static IEnumerable<(double M, double N, double K)> Projections(LatentAttentionShape shape)
    {
        LatentAttentionSpec spec = shape.Spec;
        double tokens = shape.Tokens;
        double queryWidth = shape.Heads * (spec.NopeHeadSize + spec.RopeHeadSize);
        double compressed = spec.KvRank + spec.RopeHeadSize;
        if (spec.QueryRank > 0)
        {
            yield return (tokens, spec.QueryRank + compressed, shape.HiddenSize);
            yield return (tokens, queryWidth, spec.QueryRank);
        }
        else
        {
            yield return (tokens, queryWidth + compressed, shape.HiddenSize);
        }

        yield return (tokens, shape.HiddenSize, shape.Heads * spec.ValueHeadSize);
        if (!shape.IsAbsorbed)
        {
            yield return (shape.Past + tokens, shape.Heads * (spec.NopeHeadSize + spec.ValueHeadSize), spec.KvRank);
        }
    }
}
