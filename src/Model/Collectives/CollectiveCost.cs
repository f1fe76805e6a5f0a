using LlmSim.Model.Hardware;
using LlmSim.Model.Units;

namespace LlmSim.Model.Collectives;

/// <summary>Prices exchanges on the links of a node.</summary>
/// <remarks>
/// Inside one domain the formulas of <see cref="LibraryConstants"/> and <see cref="DirectConstants"/>, across nodes that of <see
/// cref="ScaleOutConstants"/>. Contention with other groups is not in it.
/// </remarks>
public static class CollectiveCost
{
    /// <summary>Message from which an engine's own all-reduce gives way to the library: its buffer.</summary>
    public static readonly Bytes DirectLimit = Bytes.Mebibytes(8);

    private static readonly RingCollective Ring = new();
    private static readonly PairwiseCollective Pairwise = new();

    /// <summary>The price of an exchange; zero for a group of one and for an empty message.</summary>
    /// <param name="collective">The exchange.</param>
    /// <param name="node">The node whose links carry it.</param>
    /// <param name="constants">What links of this generation reach.</param>
    /// <param name="backend">Who carries it out.</param>
    public static CollectivePrice Price(
        in Collective collective, Node node, CollectiveConstants constants, CollectiveBackend backend = CollectiveBackend.Library)
    {
        if (collective.Group.Size <= 1 || collective.Message.Value <= 0)
        {
            return CollectivePrice.Nothing;
        }

        if (collective.Kind == CollectiveKind.SendReceive)
        {
            return PriceMessage(collective, node, constants);
        }

        if (!collective.Group.InsideOneDomain)
        {
            return PriceAcrossNodes(collective, node, constants);
        }

        return backend == CollectiveBackend.Direct && collective.Kind == CollectiveKind.AllReduce
            ? PriceDirect(collective, node, constants.Direct.Constants)
            : PriceInNode(collective, node, Library(collective.Kind, constants));
    }

    private static CollectivePrice PriceInNode(in Collective collective, Node node, LibraryConstants c)
    {
        int further = collective.Group.Size - 1;
        Bytes sent = collective.Message * Collective.BusFactor(collective.Kind, collective.Group.Size);
        CollectivePrice lowLatency = OnScaleUp(c.A0 + (c.A1 * further), sent / (node.ScaleUp.Bandwidth * c.LowLatencyShare), node);
        CollectivePrice bandwidth = OnScaleUp(
            c.B0 + (c.B1 * further),
            (sent / (node.ScaleUp.Bandwidth * c.Share)) + ThroughMemory(collective.Message, node, c.LargeShare),
            node);
        return lowLatency.Total <= bandwidth.Total ? lowLatency : bandwidth;
    }

    private static CollectivePrice PriceDirect(in Collective collective, Node node, DirectConstants c)
    {
        Bytes oneShot = DirectAllReduce.OneShot.Traffic(collective).ScaleUp;
        Bytes twoShot = DirectAllReduce.TwoShot.Traffic(collective).ScaleUp;
        Seconds memory = ThroughMemory(collective.Message, node, c.LargeShare);
        CollectivePrice one = OnScaleUp(c.A1, oneShot / (node.ScaleUp.Bandwidth * c.Share1), node);
        CollectivePrice two = OnScaleUp(c.A2, (twoShot / (node.ScaleUp.Bandwidth * c.Share2)) + memory, node);
        CollectivePrice small = one.Total <= two.Total ? one : two;
        if (collective.Message < DirectLimit)
        {
            return small;
        }

        CollectivePrice large = OnScaleUp(c.A3, (twoShot / (node.ScaleUp.Bandwidth * c.Share3)) + memory, node);
        return large.Total >= small.Total ? large : small;
    }

    /// <summary>
    /// t = factor M / min(in-node rate, r·e·NIC) + latency + latency per doubling x log2(n/r): rings or pairs over all ranks, r cards a node at work.
    /// </summary>
    /// <remarks>Of a ring the whole factor counts inside the node too, because its slowest rank is one that only forwards there.</remarks>
    private static CollectivePrice PriceAcrossNodes(in Collective collective, Node node, CollectiveConstants constants)
    {
        ICollectiveAlgorithm algorithm = collective.Kind == CollectiveKind.AllToAll ? Pairwise : Ring;
        CollectiveTraffic traffic = algorithm.Traffic(collective);
        LibraryConstants c = Library(collective.Kind, constants);
        double doublings = Math.Log2((double)collective.Group.Size / collective.Group.RanksPerNode);
        ScaleOutConstants scaleOut = constants.ScaleOut.Constants;
        Seconds latency = scaleOut.Latency + (scaleOut.LatencyPerDoubling * doublings);
        Seconds network = traffic.ScaleOut / (node.ScaleOut.Bandwidth * scaleOut.NicShare);
        bool isRing = collective.Kind != CollectiveKind.AllToAll && collective.Group.RanksPerNode > 1;
        Bytes sent = isRing ? collective.Message * Collective.BusFactor(collective.Kind, collective.Group.Size) : traffic.ScaleUp;
        Seconds inNode = sent.Value == 0
            ? Seconds.Zero
            : (sent / (node.ScaleUp.Bandwidth * c.Share)) + ThroughMemory(collective.Message, node, c.LargeShare);
        return network >= inNode
            ? new CollectivePrice(latency, network, CollectiveTier.ScaleOut, node.ScaleOut.Name)
            : OnScaleUp(latency, inNode, node);
    }

    private static CollectivePrice PriceMessage(in Collective collective, Node node, CollectiveConstants constants)
    {
        PointToPointConstants c = constants.PointToPoint.Constants;
        return collective.Group.InsideOneDomain
            ? OnScaleUp(c.Latency, collective.Message / (node.ScaleUp.Bandwidth * c.ScaleUpShare), node)
            : new CollectivePrice(
                c.Latency,
                collective.Message / (node.ScaleOut.Bandwidth * constants.ScaleOut.Constants.NicShare),
                CollectiveTier.ScaleOut,
                node.ScaleOut.Name);
    }

    private static LibraryConstants Library(CollectiveKind kind, CollectiveConstants constants) => kind switch
    {
        CollectiveKind.AllReduce => constants.AllReduce.Constants,
        CollectiveKind.AllToAll => constants.AllToAll.Constants,
        _ => constants.GatherScatter.Constants,
    };

    private static Seconds ThroughMemory(Bytes message, Node node, double share) => message / (node.Accelerator.MemoryBandwidth * share);

    private static CollectivePrice OnScaleUp(Seconds latency, Seconds transfer, Node node) =>
        new(latency, transfer, CollectiveTier.ScaleUp, node.ScaleUp.Name);
}
