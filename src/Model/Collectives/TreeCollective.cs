using LlmSim.Model.Units;

namespace LlmSim.Model.Collectives;

/// <summary>Reduces up and broadcasts down two complementary binary trees: logarithmic in steps, up to twice a message sent for each byte.</summary>
/// <remarks>
/// Each rank is a leaf of one tree and an inner node of the other, so it sends each half at most twice down and once up: about 2M, whatever n.
/// </remarks>
public sealed class TreeCollective : ICollectiveAlgorithm
{
    /// <inheritdoc/>
    public string Name => "double binary tree";

    /// <inheritdoc/>
    public string Source => "Sanders, Speck and Traff 2009, Two-tree algorithms for full bandwidth broadcast, reduction and scan; NCCL 2.4";

    /// <inheritdoc/>
    public bool Supports(in Collective collective) => collective.Kind is CollectiveKind.AllReduce or CollectiveKind.Broadcast;

    /// <inheritdoc/>
    public CollectiveTraffic Traffic(in Collective collective)
    {
        int ranks = collective.Group.Size;
        if (ranks <= 1)
        {
            return default;
        }

        bool isAllReduce = collective.Kind == CollectiveKind.AllReduce;
        int depth = (int)Math.Ceiling(Math.Log2(ranks));
        Bytes sent = isAllReduce && ranks > 2 ? 2 * collective.Message : collective.Message;
        bool crosses = !collective.Group.InsideOneDomain;
        return new CollectiveTraffic(
            isAllReduce ? 2 * depth : depth,
            collective.Group.RanksPerNode > 1 ? sent : Bytes.Zero,
            crosses ? sent / collective.Group.RanksPerNode : Bytes.Zero);
    }
}
