using LlmSim.Model.Units;

namespace LlmSim.Model.Collectives;

/// <summary>Each rank passes one of n chunks to its neighbour at each step; optimal in bytes, linear in steps.</summary>
/// <remarks>
/// A ring over several nodes enters and leaves each node as many times as the group has ranks there: r rings, each rotated, give every network card
/// 1/r of the traffic: factor x M / r over its card and the other (r-1)/r over the rank's link inside the node.
/// </remarks>
public sealed class RingCollective : ICollectiveAlgorithm
{
    /// <inheritdoc/>
    public string Name => "ring";

    /// <inheritdoc/>
    public string Source => "Patarasuk and Yuan 2009, Bandwidth optimal all-reduce algorithms, section 4; several rings: NCCL";

    /// <inheritdoc/>
    public bool Supports(in Collective collective) =>
        collective.Kind is CollectiveKind.AllReduce or CollectiveKind.AllGather or CollectiveKind.ReduceScatter or CollectiveKind.Broadcast;

    /// <inheritdoc/>
    public CollectiveTraffic Traffic(in Collective collective)
    {
        int ranks = collective.Group.Size;
        if (ranks <= 1)
        {
            return default;
        }

        int steps = collective.Kind == CollectiveKind.AllReduce ? 2 * (ranks - 1) : ranks - 1;
        Bytes sent = collective.Message * Collective.BusFactor(collective.Kind, ranks);
        bool crosses = !collective.Group.InsideOneDomain;
        Bytes overCard = crosses ? sent / collective.Group.RanksPerNode : Bytes.Zero;
        return new CollectiveTraffic(steps, sent - overCard, overCard);
    }
}
