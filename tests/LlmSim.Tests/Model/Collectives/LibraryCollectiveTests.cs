using LlmSim.Model.Calibration;
using LlmSim.Model.Collectives;
using LlmSim.Model.Hardware;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;
using Xunit;

namespace LlmSim.Tests.Model.Collectives;

public sealed class LibraryCollectiveTests
{
    /// <summary>Round constants, so that expected values can be written out.</summary>
    private static readonly CollectiveConstants Round = new()
    {
        Ring = new(RingConstants.Typical with
        {
            Latency = Seconds.Microseconds(5),
            StepLatency = Seconds.Microseconds(1),
            BlockShare = 0,
            LowLatencyShare = 0.5,
            BulkLatency = Seconds.Microseconds(20),
            BulkStepLatency = Seconds.Microseconds(5),
            BulkShare = 1.5,
            Smoothness = 1,
            LineShare = 0.9,
        }),
        Switch = new(new SwitchConstants(Seconds.Microseconds(70), 0.6)),
        AllToAll = new(PairwiseConstants.Typical with { Smoothness = 1 }),
        Direct = new(DirectConstants.Typical),
        ScaleOut = new(ScaleOutConstants.Typical),
        PointToPoint = new(PointToPointConstants.Typical),
    };

    private static readonly Node WithSwitch = SampleNodes.H100 with { ScaleUp = SampleNodes.H100.ScaleUp with { InSwitchReduction = true } };

    [Fact]
    public void A_small_all_reduce_costs_the_latency_of_its_steps()
    {
        // 2(n-1) steps of 1 us and 5 us; 512 bytes at 225 GB/s are 2 ns.
        Assert.Equal(7e-6, Price(CollectiveKind.AllReduce, 512, 2), 1e-8);
        Assert.Equal(11e-6, Price(CollectiveKind.AllReduce, 512, 4), 1e-8);
        Assert.Equal(19e-6, Price(CollectiveKind.AllReduce, 512, 8), 1e-8);
        Assert.Equal(12e-6, Price(CollectiveKind.AllGather, 512, 8), 1e-8);
    }

    [Fact]
    public void A_large_ring_sends_its_bytes_and_passes_over_its_buffer()
    {
        // 1 GB on 8 ranks: all-gather 7/8 sent and one pass, all-reduce 14/8 sent and 15/8 passes, at 675 GB/s.
        Assert.Equal(20e-6 + (7 * 5e-6) + (1.875e9 / 675e9), Price(CollectiveKind.AllGather, 1e9, 8), 1e-9);
        Assert.Equal(20e-6 + (14 * 5e-6) + (3.625e9 / 675e9), Price(CollectiveKind.AllReduce, 1e9, 8), 1e-9);
    }

    [Fact]
    public void An_all_reduce_is_a_reduce_scatter_and_an_all_gather_without_the_copy_between_them()
    {
        double parts = Price(CollectiveKind.ReduceScatter, 1e9, 4) + Price(CollectiveKind.AllGather, 1e9, 4);
        double copy = 0.25e9 / 675e9;
        double fixedTwice = 20e-6;
        Assert.Equal(parts - copy - fixedTwice, Price(CollectiveKind.AllReduce, 1e9, 4), 1e-9);
    }

    [Theory]
    [InlineData(300, 2, 0.9e6, 1.1e6)]
    [InlineData(450, 2, 1.1e6, 2.0e6)]
    [InlineData(900, 2, 2.2e6, 4.1e6)]
    [InlineData(900, 8, 8.5e6, 16.7e6)]
    public void Times_jump_where_the_library_leaves_its_low_latency_protocol(double gigabytesPerSecond, int ranks, double below, double above)
    {
        // Between these messages stand the jumps of NCCL's own tables on A100, H100 and B200 (8 ranks: all-gather).
        CollectiveKind kind = ranks == 2 ? CollectiveKind.AllReduce : CollectiveKind.AllGather;
        CollectiveConstants constants = Round with { Ring = new(Round.Ring.Constants with { LineShare = 0, BulkStepLatency = Seconds.Microseconds(12) }) };
        Node node = SampleNodes.H100 with { ScaleUp = SampleNodes.H100.ScaleUp with { Bandwidth = Bandwidth.GigabytesPerSecond(gigabytesPerSecond) } };
        double smaller = Price(kind, below, ranks, node, constants);
        double larger = Price(kind, above, ranks, node, constants);
        Assert.True(larger > 1.5 * smaller, $"{smaller * 1e6:F1} us to {larger * 1e6:F1} us");
        Assert.True(Price(kind, below, ranks, node, constants) < 1.5 * Price(kind, below / 2, ranks, node, constants) + 20e-6);
    }

    [Fact]
    public void A_switch_halves_what_a_large_all_reduce_sends_but_does_not_add_bytes()
    {
        // 1 GB on 8 ranks: (1 + 1/8) GB at 270 GB/s; integers of one byte go around the ring.
        Assert.Equal(70e-6 + (1.125e9 / 270e9), Price(CollectiveKind.AllReduce, 1e9, 8, WithSwitch), 1e-9);
        Assert.Equal(Price(CollectiveKind.AllReduce, 1e9, 8), Price(CollectiveKind.AllReduce, 1e9, 8, WithSwitch, format: NumberFormat.Int8), 1e-12);
        Assert.Equal(Price(CollectiveKind.AllReduce, 4096, 8), Price(CollectiveKind.AllReduce, 4096, 8, WithSwitch), 1e-12);
    }

    [Fact]
    public void An_engine_hands_large_messages_to_the_library()
    {
        foreach (int ranks in (int[])[2, 4, 8])
        {
            double library = Price(CollectiveKind.AllReduce, 8 << 20, ranks);
            Assert.Equal(library, Price(CollectiveKind.AllReduce, 8 << 20, ranks, backend: CollectiveBackend.Direct));
            Assert.True(Price(CollectiveKind.AllReduce, 65536, ranks, backend: CollectiveBackend.Direct) < Price(CollectiveKind.AllReduce, 65536, ranks));
        }
    }

    [Fact]
    public void Two_ranks_read_each_other_in_one_shot()
    {
        // 4 MB from one peer at 0.6 x 450 GB/s, 4.5 us and one rank's 0.1 us.
        Assert.Equal(4.6e-6 + (4e6 / 270e9), Price(CollectiveKind.AllReduce, 4e6, 2, backend: CollectiveBackend.Direct), 1e-9);
    }

    [Fact]
    public void A_call_from_the_host_waits_for_its_launch_and_copies_the_message()
    {
        Assert.Equal(25e-6, Price(CollectiveKind.AllReduce, 4096, 8, backend: CollectiveBackend.DirectEager), 1e-9);
        double captured = Price(CollectiveKind.AllReduce, 1e9, 8, backend: CollectiveBackend.Direct);
        Assert.Equal(captured + (2e9 / (0.9 * 3.35e12)), Price(CollectiveKind.AllReduce, 1e9, 8, backend: CollectiveBackend.DirectEager), 1e-9);
    }

    [Fact]
    public void A_rank_sends_each_peer_its_part_of_a_small_all_to_all_by_one_block()
    {
        // M/n at 0.013 x 450 GB/s, however many ranks: 64 KiB on 2 ranks take as long as 256 KiB on 8, but for 6 x 0.2 us.
        Assert.Equal(Price(CollectiveKind.AllToAll, 65536, 2) + 1.2e-6, Price(CollectiveKind.AllToAll, 262144, 8), 1e-10);
    }

    private static double Price(
        CollectiveKind kind, double bytes, int ranks, Node? node = null, CollectiveConstants? constants = null, NumberFormat format = NumberFormat.Bf16,
        CollectiveBackend backend = CollectiveBackend.Library) =>
        CollectiveCost.Price(new(kind, new Bytes(bytes), GroupPlacement.OneDomain(ranks), format), node ?? SampleNodes.H100, constants ?? Round, backend).Total.Value;
}
