using System.Collections.Immutable;

namespace LlmSim.Model.Operators;

/// <summary>Loads of experts under uniform routing in closed form, smooth in the number of tokens.</summary>
/// <remarks>
/// An expert is chosen by each token with the same probability q, so that it stays untouched with (1 - q)^T; its load is taken as Poisson.
/// Ranks are independent Poisson too, of which the largest is expected: their true variance is that of a draw without replacement, (E - k)/(E - 1) of
/// Poisson's, and their sum is fixed, which makes the largest of n as far from the mean as that of independent ones.
/// </remarks>
public static class UniformLoads
{
    /// <summary>The loads of the busiest rank.</summary>
    public static ExpertLoads Of(int experts, int topK, double tokens, int shards)
    {
        double local = (double)experts / shards;
        double mean = tokens * topK / shards;
        double pairs = shards == 1 || experts <= topK
            ? mean
            : Math.Min(tokens * Math.Min(topK, local), mean + ((PoissonMoments.ExpectedMaximum(mean, shards) - mean) * Math.Sqrt((double)(experts - topK) / (experts - 1))));
        double load = pairs / local;
        double chosen = tokens > 0 ? Math.Min(1, load / tokens) : 0;
        double touched = local * (1 - Math.Pow(1 - chosen, tokens));

        // The first block of an expert is that it is touched at all, which is known better than from Poisson.
        double poissonTouched = local * (1 - Math.Exp(-load));
        ImmutableArray<double> blocks = PoissonMoments.ExpectedBlocks(load, ExpertLoads.TileRows);
        return new(touched, pairs, [.. blocks.Select(b => Math.Max(touched, touched + (local * b) - poissonTouched))]);
    }
}
