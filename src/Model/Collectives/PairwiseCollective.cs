using LlmSim.Model.Units;

namespace LlmSim.Model.Collectives;

/// <summary>Ranks send directly to each other: all-to-all as n-1 exchanges of M/n, and send/receive as one message.</summary>
/// <remarks>Unlike in a ring every rank has data of its own for the network, so no card carries another rank's share: (n-r)/n M each.</remarks>
public sealed class PairwiseCollective : ICollectiveAlgorithm
{
    /// <inheritdoc/>
    public string Name => "pairwise";

    /// <inheritdoc/>
    public string Source => "Thakur, Rabenseifner and Gropp 2005, Optimization of collective communication operations in MPICH, section 4.3";

    /// <inheritdoc/>
    public bool Supports(in Collective collective) => collective.Kind is CollectiveKind.AllToAll or CollectiveKind.SendReceive;

    /// <inheritdoc/>
    public CollectiveTraffic Traffic(in Collective collective)
    {
        int ranks = collective.Group.Size;
        if (ranks <= 1)
        {
            return default;
        }

        if (collective.Kind == CollectiveKind.SendReceive)
        {
            return collective.Group.InsideOneDomain
                ? new CollectiveTraffic(1, collective.Message, Bytes.Zero)
                : new CollectiveTraffic(1, Bytes.Zero, collective.Message);
        }

        int inNode = collective.Group.RanksPerNode;
        return new CollectiveTraffic(
            ranks - 1,
            collective.Message * ((inNode - 1d) / ranks),
            collective.Message * ((double)(ranks - inNode) / ranks));
    }
}
