using LlmSim.Model.Hardware;
using LlmSim.Model.Units;

namespace LlmSim.Model.Collectives;

/// <summary>Prices exchanges on the links of a node.</summary>
/// <remarks>
/// Inside one domain <see cref="RingCost"/>, the switch, pairs or <see cref="DirectCost"/>; across nodes that of <see cref="ScaleOutConstants"/>.
/// Contention with other groups is not in it.
/// </remarks>
public static class CollectiveCost
{
    private static readonly RingCollective Ring = new();
    private static readonly PairwiseCollective Pairwise = new();
    private static readonly InSwitchCollective InSwitch = new();

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

        (Seconds latency, Seconds total) = InNode(collective, node, constants);
        if (backend != CollectiveBackend.Library && collective.Kind == CollectiveKind.AllReduce)
        {
            (latency, total) = DirectCost.Price(collective, node, constants.Direct.Constants, (latency, total), backend == CollectiveBackend.DirectEager);
        }

        return OnScaleUp(latency, total - latency, node);
    }

    /// <summary>Whether the switch of a node can carry out an exchange.</summary>
    public static bool MayReduceInSwitch(in Collective collective, Node node) =>
        node.ScaleUp.InSwitchReduction && InSwitch.Supports(collective) && collective.Format.BytesPerElement() >= 2;

    private static (Seconds Latency, Seconds Total) InNode(in Collective collective, Node node, CollectiveConstants constants)
    {
        if (collective.Kind == CollectiveKind.AllToAll)
        {
            return Pairs(collective, node, constants.AllToAll.Constants);
        }

        int ranks = collective.Group.Size;
        (Seconds Latency, Seconds Total) ring = RingCost.Price(collective.Kind, ranks, collective.Message, node.ScaleUp.Bandwidth, constants.Ring.Constants);
        SwitchConstants c = constants.Switch.Constants;
        if (c.Share <= 0 || !MayReduceInSwitch(collective, node))
        {
            return ring;
        }

        Seconds total = c.Latency + (InSwitch.Traffic(collective).ScaleUp / (node.ScaleUp.Bandwidth * c.Share));
        return total < ring.Total ? (c.Latency, total) : ring;
    }

    private static (Seconds Latency, Seconds Total) Pairs(in Collective collective, Node node, PairwiseConstants c)
    {
        int ranks = collective.Group.Size;
        int further = ranks - 1;
        Seconds fixedTime = c.Latency + (c.RankLatency * further);
        Seconds low = fixedTime + (collective.Message / ranks / (node.ScaleUp.Bandwidth * c.PeerShare));
        Seconds wait = c.BulkLatency + (c.BulkRankLatency * further);
        double moved = Collective.BusFactor(collective.Kind, ranks) + PairwiseConstants.LocalPart;
        Seconds transfer = collective.Message * moved / (node.ScaleUp.Bandwidth * c.BulkShare);
        Seconds bulk = new(RingCost.Norm(wait.Value, transfer.Value, c.Smoothness));
        return low <= bulk ? (fixedTime, low) : (wait, bulk);
    }

    /// <summary>
    /// t = factor M / min(in-node rate, r·e·NIC) + latency + latency per doubling x log2(n/r): rings or pairs over all ranks, r cards a node at work.
    /// </summary>
    /// <remarks>Of a ring the whole factor counts inside the node too, because its slowest rank is one that only forwards there.</remarks>
    private static CollectivePrice PriceAcrossNodes(in Collective collective, Node node, CollectiveConstants constants)
    {
        bool isRing = collective.Kind != CollectiveKind.AllToAll;
        ICollectiveAlgorithm algorithm = isRing ? Ring : Pairwise;
        CollectiveTraffic traffic = algorithm.Traffic(collective);
        double doublings = Math.Log2((double)collective.Group.Size / collective.Group.RanksPerNode);
        ScaleOutConstants scaleOut = constants.ScaleOut.Constants;
        Seconds latency = scaleOut.Latency + (scaleOut.LatencyPerDoubling * doublings);
        Seconds network = traffic.ScaleOut / (node.ScaleOut.Bandwidth * scaleOut.NicShare);
        Seconds inNode = collective.Group.RanksPerNode <= 1 ? Seconds.Zero
            : isRing ? collective.Message * RingCost.Moved(collective.Kind, collective.Group.Size) / (node.ScaleUp.Bandwidth * constants.Ring.Constants.BulkShare)
            : (traffic.ScaleUp + (collective.Message * PairwiseConstants.LocalPart)) / (node.ScaleUp.Bandwidth * constants.AllToAll.Constants.BulkShare);
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

    private static CollectivePrice OnScaleUp(Seconds latency, Seconds transfer, Node node) =>
        new(latency, transfer, CollectiveTier.ScaleUp, node.ScaleUp.Name);
}
