using LlmSim.Model.Collectives;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;
using Xunit;

namespace LlmSim.Tests.Model.Collectives;

/// <summary>Holds the closed forms against algorithms carried out message by message.</summary>
public sealed class CollectiveAlgorithmTests
{
    [Theory]
    [InlineData(CollectiveKind.AllReduce, 8, 14, 1.75)]
    [InlineData(CollectiveKind.AllReduce, 2, 2, 1.0)]
    [InlineData(CollectiveKind.AllGather, 8, 7, 0.875)]
    [InlineData(CollectiveKind.ReduceScatter, 4, 3, 0.75)]
    [InlineData(CollectiveKind.AllToAll, 8, 7, 0.875)]
    public void Bus_bandwidth_is_factor_times_algorithm_bandwidth(CollectiveKind kind, int ranks, int steps, double factor)
    {
        // NCCL tests, page "Performance".
        var collective = new Collective(kind, Bytes.Gigabytes(1), GroupPlacement.OneDomain(ranks));
        Seconds time = Seconds.Milliseconds(5);
        Assert.Equal(factor, Collective.BusFactor(kind, ranks), 12);
        Assert.Equal(factor * collective.AlgorithmBandwidth(time).Value, collective.BusBandwidth(time).Value, 3);
        ICollectiveAlgorithm algorithm = kind == CollectiveKind.AllToAll ? new PairwiseCollective() : new RingCollective();
        Assert.Equal(steps, algorithm.Traffic(collective).Steps);
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(2, 4)]
    [InlineData(4, 2)]
    [InlineData(3, 1)]
    public void A_ring_all_reduce_sends_what_its_simulation_sends(int nodes, int inNode)
    {
        var fabric = new SimulatedFabric(nodes, inNode);
        fabric.RingAllReduce();
        Compare(fabric, new RingCollective(), CollectiveKind.AllReduce);
    }

    [Theory]
    [InlineData(2, 4)]
    [InlineData(4, 2)]
    [InlineData(3, 3)]
    [InlineData(1, 4)]
    public void A_hierarchical_all_reduce_sends_what_its_simulation_sends(int nodes, int inNode)
    {
        var fabric = new SimulatedFabric(nodes, inNode);
        fabric.HierarchicalAllReduce();
        Compare(fabric, new HierarchicalCollective(), CollectiveKind.AllReduce);
    }

    [Theory]
    [InlineData(2, 4)]
    [InlineData(1, 8)]
    public void A_pairwise_all_to_all_sends_what_its_simulation_sends(int nodes, int inNode)
    {
        var fabric = new SimulatedFabric(nodes, inNode);
        fabric.AllToAll();
        CollectiveTraffic traffic = new PairwiseCollective().Traffic(fabric.Collective(CollectiveKind.AllToAll));
        Assert.Equal(fabric.BusiestScaleUp, traffic.ScaleUp.Value, 6);
        Assert.Equal(fabric.BusiestScaleOut, traffic.ScaleOut.Value, 6);
    }

    [Fact]
    public void Trees_take_fewer_steps_and_rings_fewer_bytes()
    {
        var collective = new Collective(CollectiveKind.AllReduce, Bytes.Gigabytes(1), new GroupPlacement(64, 8, 8));
        CollectiveTraffic tree = new TreeCollective().Traffic(collective);
        CollectiveTraffic ring = new RingCollective().Traffic(collective);
        Assert.Equal(12, tree.Steps);
        Assert.Equal(126, ring.Steps);
        Assert.True(tree.ScaleOut > ring.ScaleOut);
    }

    [Fact]
    public void A_switch_that_adds_saves_at_most_the_ratio_that_servers_show()
    {
        // 8 x H200: 482 GB/s of bus bandwidth with NVLink SHARP against 368 with rings, 1.31 times; the bytes alone allow 1.56.
        var collective = new Collective(CollectiveKind.AllReduce, Bytes.Gigabytes(1), GroupPlacement.OneDomain(8));
        double ratio = new RingCollective().Traffic(collective).ScaleUp / new InSwitchCollective().Traffic(collective).ScaleUp;
        Assert.Equal(1.75 / 1.125, ratio, 9);
        Assert.True(ratio > 482d / 368);
    }

    private static void Compare(SimulatedFabric fabric, ICollectiveAlgorithm algorithm, CollectiveKind kind)
    {
        fabric.AssertEveryRankHoldsTheSum();
        Collective collective = fabric.Collective(kind);
        Assert.True(algorithm.Supports(collective));
        CollectiveTraffic traffic = algorithm.Traffic(collective);
        Assert.Equal(fabric.Steps, traffic.Steps);
        Assert.Equal(fabric.BusiestScaleUp, traffic.ScaleUp.Value, 6);
        Assert.Equal(fabric.BusiestScaleOut, traffic.ScaleOut.Value, 6);
    }
}
