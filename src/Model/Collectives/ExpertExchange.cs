using LlmSim.Model.Hardware;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;

namespace LlmSim.Model.Collectives;

/// <summary>The exchange of tokens between expert-parallel ranks: dispatch to the experts, combine their results.</summary>
/// <remarks>
/// Formulas and constants after DeepEP's kernels on 8 ranks of one node; across nodes they follow its README and were not checked on rows.
/// </remarks>
public static class ExpertExchange
{
    /// <summary>Bytes per value of an fp8 dispatch, its scales of one fp32 per 128 values included.</summary>
    public const double Fp8DispatchBytes = 1 + (4d / 128);

    /// <summary>
    /// Expected destinations of a token other than its own place, each counted once, if k of its copies fall evenly on n places:
    /// n(1-(1-1/n)^k)(n-1)/n.
    /// </summary>
    public static double RemoteDestinations(int places, int topK) =>
        places <= 1 ? 0 : places * (1 - Math.Pow(1 - (1d / places), topK)) * (places - 1) / places;

    /// <summary>The price of one direction.</summary>
    /// <param name="tokensPerRank">Tokens that each rank sends.</param>
    /// <param name="token">Size of one token's activations as sent: hidden width x bytes per value.</param>
    /// <param name="topK">Experts that a token visits.</param>
    /// <param name="group">Where the expert-parallel ranks lie.</param>
    /// <param name="node">The node whose links carry it.</param>
    /// <param name="constants">Latency and achieved bandwidth of the kernels and direction.</param>
    /// <param name="multiprocessors">Multiprocessors that a throughput kernel may use.</param>
    public static CollectivePrice Price(
        double tokensPerRank, Bytes token, int topK, GroupPlacement group, Node node, ExpertExchangeConstants constants, int multiprocessors = 24)
    {
        if (group.Size <= 1 || tokensPerRank <= 0)
        {
            return CollectivePrice.Nothing;
        }

        double copies = constants.Deduplicates ? RemoteDestinations(group.Size, topK) : topK;
        double share = constants.SharePerMultiprocessor > 0
            ? Math.Min(constants.Share, constants.SharePerMultiprocessor * multiprocessors)
            : constants.Share;
        Seconds inNode = tokensPerRank * copies * token / (node.ScaleUp.Bandwidth * share);
        if (group.InsideOneDomain)
        {
            return new CollectivePrice(constants.Latency, inNode, CollectiveTier.ScaleUp, node.ScaleUp.Name);
        }

        double crossing = constants.Deduplicates ? RemoteDestinations(group.Nodes, topK) : (double)topK * (group.Nodes - 1) / group.Nodes;
        Seconds network = tokensPerRank * crossing * token / (node.ScaleOut.Bandwidth * ExpertExchangeConstants.NicShare);
        return network >= inNode
            ? new CollectivePrice(constants.Latency, network, CollectiveTier.ScaleOut, node.ScaleOut.Name)
            : new CollectivePrice(constants.Latency, inNode, CollectiveTier.ScaleUp, node.ScaleUp.Name);
    }
}

/// <summary>What one direction of an expert exchange reaches on a generation of devices; bandwidths as shares of the scale-up link.</summary>
/// <param name="Latency">Fixed time, seconds.</param>
/// <param name="Share">Achieved share of the scale-up link.</param>
/// <param name="SharePerMultiprocessor">Share that one multiprocessor can drive; zero where the kernel uses all.</param>
/// <param name="Deduplicates">Whether a token goes once to each rank, however many of its experts live there.</param>
public readonly record struct ExpertExchangeConstants(Seconds Latency, double Share, double SharePerMultiprocessor, bool Deduplicates)
{
    /// <summary>Share of the network card: 45 of 50 GB/s (DeepEP README).</summary>
    public const double NicShare = 0.9;

    /// <summary>Hopper, low-latency dispatch (error 14 % on its own rows).</summary>
    public static ExpertExchangeConstants HopperLowLatencyDispatch { get; } = new(Seconds.Microseconds(11.8), 285d / 450, 0, false);

    /// <summary>Hopper, low-latency combine (6 %).</summary>
    public static ExpertExchangeConstants HopperLowLatencyCombine { get; } = new(Seconds.Microseconds(11.4), 248d / 450, 0, false);

    /// <summary>Hopper, throughput dispatch (10 %).</summary>
    public static ExpertExchangeConstants HopperThroughputDispatch { get; } = new(Seconds.Microseconds(26.1), 262d / 450, 12.1 / 450, true);

    /// <summary>Hopper, throughput combine (12 %).</summary>
    public static ExpertExchangeConstants HopperThroughputCombine { get; } = new(Seconds.Microseconds(38.8), 273d / 450, 15.4 / 450, true);

    /// <summary>Blackwell, low-latency dispatch (16 %).</summary>
    public static ExpertExchangeConstants BlackwellLowLatencyDispatch { get; } = new(Seconds.Microseconds(20.0), 542d / 900, 0, false);

    /// <summary>Blackwell, low-latency combine (10 %).</summary>
    public static ExpertExchangeConstants BlackwellLowLatencyCombine { get; } = new(Seconds.Microseconds(19.3), 683d / 900, 0, false);

    /// <summary>Blackwell, throughput dispatch (11 %).</summary>
    public static ExpertExchangeConstants BlackwellThroughputDispatch { get; } = new(Seconds.Microseconds(35.2), 224d / 900, 11.9 / 900, true);

    /// <summary>Blackwell, throughput combine (13 %).</summary>
    public static ExpertExchangeConstants BlackwellThroughputCombine { get; } = new(Seconds.Microseconds(47.7), 324d / 900, 14.9 / 900, true);
}
