using LlmSim.Model.Architecture;
using LlmSim.Model.Draws;

namespace LlmSim.Model.Operators;

/// <summary>How uneven the loads of experts are while training, and whether experts take a fixed number of tokens only.</summary>
/// <param name="CapacityFactor">Places of each expert relative to its mean load; tokens beyond are dropped and empty places computed all the same. Null where no token is dropped.</param>
/// <param name="Spread">Standard deviation of the experts' popularity relative to its mean.</param>
/// <remarks>
/// Fedus 2021 (Switch, arXiv 2101.03961), equation 3: capacity = tokens·k/experts·factor, of each group of tokens that is routed by itself (Lepikhin 2020, GShard, arXiv
/// 2006.16668, section 2.2). The load of an expert is taken as normal around its mean m, with the variance of counting m and that of popularity (spread·m)².
/// </remarks>
public sealed record ExpertTraffic(double? CapacityFactor, double Spread)
{
    /// <summary>Rows that the slowest rank computes, relative to an even share.</summary>
    /// <param name="spec">The experts.</param>
    /// <param name="ownTokens">Tokens that one rank routes.</param>
    /// <param name="groups">Ranks whose tokens meet at the experts.</param>
    /// <param name="ranks">Ranks that share the experts out.</param>
    public double RowFactor(MoeFeedForward spec, double ownTokens, int groups, int ranks)
    {
        double own = ownTokens * spec.TopK / spec.Experts;
        if (CapacityFactor is { } factor)
        {
            return Math.Ceiling(own * factor) / own;
        }

        double experts = (double)spec.Experts / ranks;
        double load = own * groups;
        return ranks == 1 ? 1 : 1 + (Deviation(load) * Math.Sqrt(experts) * LargestOf(ranks) / (experts * load));
    }

    /// <summary>Share of the pairs of a token and an expert that are dropped: E max(0, load - capacity) / m.</summary>
    /// <param name="spec">The experts.</param>
    /// <param name="ownTokens">Tokens that one rank routes.</param>
    public double DroppedShare(MoeFeedForward spec, double ownTokens)
    {
        if (CapacityFactor is not { } factor)
        {
            return 0;
        }

        double mean = ownTokens * spec.TopK / spec.Experts;
        double deviation = Deviation(mean);
        double z = (Math.Ceiling(mean * factor) - mean) / deviation;
        double density = Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);
        return Math.Max(0, deviation * (density - (z * Above(z))) / mean);
    }

    private double Deviation(double mean) => Math.Sqrt(mean + (Spread * Spread * mean * mean));

    /// <summary>Expected largest of n standard normal variables (Blom 1958).</summary>
    private static double LargestOf(int count) => NormalQuantile.At((count - 0.375) / (count + 0.25));

    /// <summary>Probability of a standard normal variable above z: Abramowitz and Stegun 1964, equation 26.2.17, absolute error below 7.5e-8.</summary>
    private static double Above(double z)
    {
        double t = 1 / (1 + (0.2316419 * Math.Abs(z)));
        double tail = Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI)
            * t * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937 + (t * (-1.821255978 + (t * 1.330274429))))))));
        return z >= 0 ? tail : 1 - tail;
    }
}
