using CsCheck;
using LlmSim.Model.Units;
using LlmSim.Schedules.Engine;
using Xunit;

namespace LlmSim.Tests.Schedules.Engine;

public sealed class SharedLinkTests
{
    private static readonly Bandwidth Gigabyte = Bandwidth.GigabytesPerSecond(1);

    [Fact]
    public void Two_overlapping_transfers_share_the_link_while_both_are_under_way()
    {
        // 1 byte a nanosecond. A (1,000 bytes) has 400 when B (2,000 bytes) comes; then half each: A ends 400 + 2·600 = 1,600, when B has 600;
        // alone, B ends at 1,600 + 1,400 = 3,000.
        Assert.Equal([1600, 3000], Ends(Gigabyte, [(0, 1000), (400, 2000)], out Bytes carried));
        Assert.Equal(3000, carried.Value, 1e-6);
    }

    [Fact]
    public void Equal_transfers_end_together_in_the_order_of_their_start()
    {
        Assert.Equal([3000, 3000, 3000], Ends(Gigabyte, [(0, 1000), (0, 1000), (0, 1000)], out _));
    }

    [Fact]
    public void A_slower_link_delays_what_is_under_way()
    {
        var simulator = new Simulator();
        var link = new SharedLink(simulator, Gigabyte);
        Instant end = Instant.Never;
        var probe = new Probe(simulator, (_, e) => end = e.Time);
        link.Send(Bytes.From(1000), probe, 0);
        simulator.RunUntil(new Instant(500), CancellationToken.None);
        link.ChangeBandwidth(Gigabyte / 4);
        simulator.Run(CancellationToken.None);
        Assert.Equal(2500, end.Nanoseconds);
        Assert.Equal(0, link.Active);
    }

    [Fact]
    public void Bytes_are_conserved_and_ends_match_a_replay_in_small_steps()
    {
        Gen.Select(Gen.Int[0, 300], Gen.Int[1, 200]).Array[1, 12].Sample(static transfers =>
        {
            (int Start, int Size)[] ordered = [.. transfers.OrderBy(static t => t.Item1)];
            long[] ends = Ends(Gigabyte, ordered, out Bytes carried);
            long[] expected = FluidEnds(ordered);
            for (int i = 0; i < ordered.Length; i++)
            {
                Assert.InRange(ends[i], expected[i] - ordered.Length - 1, expected[i] + ordered.Length + 1);
            }

            // Each end is rounded to a nanosecond, in which the link carries a byte.
            int sum = ordered.Sum(static t => t.Size);
            Assert.InRange(carried.Value, sum - ordered.Length, sum + ordered.Length);
        });
    }

    /// <summary>The end of each transfer in nanoseconds.</summary>
    private static long[] Ends(Bandwidth bandwidth, (int Start, int Size)[] transfers, out Bytes carried)
    {
        var simulator = new Simulator();
        var link = new SharedLink(simulator, bandwidth);
        long[] ends = new long[transfers.Length];
        var receiver = new Probe(simulator, (_, e) => ends[e.Payload] = e.Time.Nanoseconds);
        var sender = new Probe(simulator, (_, e) => link.Send(Bytes.From(transfers[e.Payload].Size), receiver, 0, e.Payload));
        for (int i = 0; i < transfers.Length; i++)
        {
            simulator.Schedule(sender, new Instant(transfers[i].Start), 0, i);
        }

        simulator.Run(CancellationToken.None);
        carried = link.Carried;
        return ends;
    }

    /// <summary>A second method: walks the clock in steps of 1/8 ns and deals out one byte a nanosecond.</summary>
    private static long[] FluidEnds((int Start, int Size)[] transfers)
    {
        const double Step = 0.125;
        double[] left = [.. transfers.Select(static t => (double)t.Size)];
        long[] ends = new long[transfers.Length];
        for (double now = 0; Array.Exists(left, static bytes => bytes > 0); now += Step)
        {
            int[] active = [.. Enumerable.Range(0, left.Length).Where(i => transfers[i].Start <= now && left[i] > 0)];
            foreach (int i in active)
            {
                left[i] -= Step / active.Length;
                ends[i] = (long)Math.Round(now + Step);
            }
        }

        return ends;
    }
}
