using LlmSim.Model.Units;

namespace LlmSim.Model.Collectives;

/// <summary>Reduce-scatter inside each node, an exchange across nodes on one shard per rank, all-gather inside each node.</summary>
/// <remarks>
/// Derivation for an all-reduce of M over N nodes of r ranks: in the node 2(r-1)/r M, across nodes a ring all-reduce of M/r: 2(N-1)/N M/r per card.
/// All-gather and reduce-scatter do half of each.
/// </remarks>
public sealed class HierarchicalCollective : ICollectiveAlgorithm
{
    /// <inheritdoc/>
    public string Name => "hierarchical";

    /// <inheritdoc/>
    public string Source => "Cho et al. 2019, BlueConnect: decomposing all-reduce for deep learning on heterogeneous network hierarchy, section 3";

    /// <inheritdoc/>
    public bool Supports(in Collective collective) =>
        collective.Kind is CollectiveKind.AllReduce or CollectiveKind.AllGather or CollectiveKind.ReduceScatter
        && collective.Group.Size == collective.Group.RanksPerNode * collective.Group.Nodes;

    /// <inheritdoc/>
    public CollectiveTraffic Traffic(in Collective collective)
    {
        int inNode = collective.Group.RanksPerNode;
        int nodes = collective.Group.Nodes;
        if (collective.Group.Size <= 1)
        {
            return default;
        }

        int sides = collective.Kind == CollectiveKind.AllReduce ? 2 : 1;
        double upFactor = sides * (inNode - 1d) / inNode;
        double outFactor = Collective.BusFactor(collective.Kind, nodes) / inNode;
        Bytes scaleUp = collective.Message * upFactor;
        return new CollectiveTraffic(sides * (inNode - 1 + nodes - 1), scaleUp, collective.Message * outFactor);
    }
}
