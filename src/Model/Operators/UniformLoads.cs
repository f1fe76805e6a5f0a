namespace LlmSim.Model.Operators;

/// <summary>Loads of experts under uniform routing in closed form, smooth in the number of tokens.</summary>
/// <param name="Touched">Local experts with at least one token.</param>
/// <param name="Pairs">Pairs of a token and a local expert.</param>
/// <param name="LocalExperts">Experts of the rank.</param>
/// <remarks>
/// An expert is chosen by each token with the same probability q, so that it stays untouched with (1 - q)^T; its load is taken as Poisson.
/// Ranks are independent Poisson too, of which the largest is expected: their true variance is that of a draw without replacement, (E - k)/(E - 1) of
/// Poisson's, and their sum is fixed, which makes the largest of n as far from the mean as that of independent ones.
/// </remarks>
public sealed record UniformLoads(double Touched, double Pairs, double LocalExperts) : ExpertLoads(Touched, Pairs)
{
    /// <summary>The loads of the busiest rank.</summary>
    /// <param name="experts">Experts of the layer.</param>
    /// <param name="topK">Experts that each token visits.</param>
    /// <param name="tokens">Tokens over all ranks.</param>
    /// <param name="shards">Expert-parallel ranks.</param>
    public static UniformLoads Of(int experts, int topK, double tokens, int shards)
    {
        double local = (double)experts / shards;
        double mean = tokens * topK / shards;
        double pairs = shards == 1 || experts <= topK
            ? mean
            : Math.Min(tokens * Math.Min(topK, local), mean + ((PoissonMoments.ExpectedMaximum(mean, shards) - mean) * Math.Sqrt((double)(experts - topK) / (experts - 1))));
        double chosen = tokens > 0 ? Math.Min(1, pairs / local / tokens) : 0;
        return new(local * (1 - Math.Pow(1 - chosen, tokens)), pairs, local);
    }

    /// <inheritdoc/>
    /// <remarks>The first block of an expert is that it is touched at all, which is known better than from Poisson.</remarks>
    public override double Blocks(int rows)
    {
        double load = Pairs / LocalExperts;
        double poissonTouched = LocalExperts * (1 - Math.Exp(-load));
        return Math.Max(Touched, Touched + (LocalExperts * PoissonMoments.ExpectedBlocks(load, rows)) - poissonTouched);
    }
}
