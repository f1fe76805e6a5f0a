using CsCheck;
using LlmSim.Model.Catalog;
using LlmSim.Model.Collectives;
using LlmSim.Model.Hardware;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;
using Xunit;

namespace LlmSim.Tests.Model.Collectives;

public sealed class CollectiveCostTests
{
    [Fact]
    public void A_group_of_one_costs_nothing()
    {
        foreach (CollectiveKind kind in Enum.GetValues<CollectiveKind>())
        {
            Assert.Equal(Seconds.Zero, CollectiveCost.Price(
                new Collective(kind, Bytes.Gigabytes(1), GroupPlacement.OneDomain(1)),
                SampleNodes.H100,
                EfficiencyCatalog.Section.Find("h100-sxm").Collectives).Total);
        }
    }

    [Fact]
    public void Small_all_reduces_cost_their_latency()
    {
        Seconds time = Price(CollectiveKind.AllReduce, 8192, 8).Total;
        Assert.InRange(time.Value, 15e-6, 25e-6);
    }

    [Fact]
    public void Across_nodes_the_cards_of_a_node_share_the_traffic()
    {
        // 32 ranks on 4 nodes of 8: 2 x 31/32 of 1 GB over 8 cards of 45 GB/s, and 20 + 2 x 8 us.
        var collective = new Collective(CollectiveKind.AllReduce, Bytes.Gigabytes(1), new GroupPlacement(32, 8, 4));
        CollectivePrice price = CollectiveCost.Price(collective, SampleNodes.H100, EfficiencyCatalog.Section.Find("h100-sxm").Collectives);
        Assert.Equal(36e-6, price.Latency.Value, 12);
        Assert.Equal(2 * 31d / 32 * 1e9 / (8 * 45e9), price.Transfer.Value, 9);
        Assert.Equal("InfiniBand", price.Bottleneck);
        Assert.Equal(CollectiveTier.ScaleOut, price.Tier);
    }

    [Fact]
    public void A_fast_network_leaves_the_node_as_the_bottleneck()
    {
        Node node = SampleNodes.H100 with { ScaleOut = new Link("fast", Bandwidth.GigabytesPerSecond(400), Seconds.Zero) };
        var collective = new Collective(CollectiveKind.AllReduce, Bytes.Gigabytes(1), new GroupPlacement(16, 8, 2));
        Assert.Equal(CollectiveTier.ScaleUp, CollectiveCost.Price(collective, node, EfficiencyCatalog.Section.Find("h100-sxm").Collectives).Tier);
    }

    [Fact]
    public void A_message_between_stages_takes_what_the_zero_bubble_profile_measured()
    {
        // 28.3 MB in 0.60 ms (Zero Bubble 2024, 1.5B model), latency included to 2 %.
        var hop = new Collective(CollectiveKind.SendReceive, Bytes.From(28.3e6), GroupPlacement.OneDomain(2));
        Assert.Equal(0.60e-3, CollectiveCost.Price(hop, SampleNodes.A100, EfficiencyCatalog.Section.Find("a100-sxm-80gb").Collectives).Total.Value, 0.02e-3);
    }

    [Fact]
    public void More_bytes_never_take_less_time_and_more_bandwidth_never_more()
    {
        Gen.Select(
            Gen.Enum<CollectiveKind>(),
            Gen.Int[1, 5],
            Gen.Double[1, 1e10],
            Gen.Double[1, 4],
            Gen.Int[0, 3],
            Gen.Enum<CollectiveBackend>(),
            Gen.Int[0, 2].Select(static i => ((string[])["a100-sxm-80gb", "h100-sxm", "b200-sxm"])[i])).Sample((kind, log, bytes, factor, nodesLog, backend, device) =>
        {
            CollectiveConstants constants = EfficiencyCatalog.Section.Find(device).Collectives;
            int inNode = 1 << Math.Min(log, 3);
            var group = new GroupPlacement(inNode << nodesLog, inNode, 1 << nodesLog);
            Node wide = SampleNodes.H100 with
            {
                ScaleUp = SampleNodes.H100.ScaleUp with { Bandwidth = SampleNodes.H100.ScaleUp.Bandwidth * factor },
                ScaleOut = SampleNodes.H100.ScaleOut with { Bandwidth = SampleNodes.H100.ScaleOut.Bandwidth * factor },
            };
            Seconds small = CollectiveCost.Price(new Collective(kind, new Bytes(bytes), group), SampleNodes.H100, constants, backend).Total;
            Seconds large = CollectiveCost.Price(new Collective(kind, new Bytes(bytes * factor), group), SampleNodes.H100, constants, backend).Total;
            Seconds faster = CollectiveCost.Price(new Collective(kind, new Bytes(bytes), group), wide, constants, backend).Total;
            return small <= large && faster <= small;
        });
    }

    [Fact]
    public void Expert_exchange_counts_each_destination_once()
    {
        // 8 ranks, top-8: 8(1-(7/8)^8) x 7/8 destinations of a token besides its own rank.
        Assert.Equal(8 * (1 - Math.Pow(7d / 8, 8)) * 7 / 8, ExpertExchange.RemoteDestinations(8, 8), 12);
        Bytes token = new(7168 * ExpertExchange.Fp8DispatchBytes);
        CollectivePrice price = ExpertExchange.Price(
            128,
            token,
            8,
            GroupPlacement.OneDomain(8),
            SampleNodes.H100,
            ExpertExchangeConstants.HopperLowLatencyDispatch);
        Assert.Equal(11.8e-6 + (128 * 8 * token.Value / 285e9), price.Total.Value, 9);
    }

    private static CollectivePrice Price(CollectiveKind kind, double bytes, int ranks) =>
        CollectiveCost.Price(new Collective(kind, new Bytes(bytes), GroupPlacement.OneDomain(ranks)), SampleNodes.H100, EfficiencyCatalog.Section.Find("h100-sxm").Collectives);
}
