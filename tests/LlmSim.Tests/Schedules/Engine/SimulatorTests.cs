using CsCheck;
using LlmSim.Model.Units;
using LlmSim.Schedules.Engine;
using Xunit;

namespace LlmSim.Tests.Schedules.Engine;

public sealed class SimulatorTests
{
    [Fact]
    public void Time_never_goes_back_and_shows_the_time_of_the_event()
    {
        Gen.Int[0, 50].Array[1, 200].Sample(static delays =>
        {
            var simulator = new Simulator();
            int next = 0;
            Instant before = Instant.Zero;
            var actor = new Probe(simulator, (probe, e) =>
            {
                Assert.True(before <= simulator.Now);
                Assert.Equal(e.Time, simulator.Now);
                before = simulator.Now;
                if (next < delays.Length)
                {
                    simulator.Schedule(probe, Nanoseconds(delays[next++]), 0);
                }
            });
            simulator.Schedule(actor, new Instant(delays[0]), 0);
            simulator.Schedule(actor, new Instant(delays[^1]), 0);
            simulator.Run(CancellationToken.None);
            Assert.Equal(delays.Length + 2, simulator.Handled);
            Assert.Equal(0, simulator.Pending);
        });
    }

    [Fact]
    public void The_past_cannot_be_scheduled()
    {
        var simulator = new Simulator();
        var actor = new Probe(simulator, static (_, _) => { });
        simulator.RunUntil(new Instant(10), CancellationToken.None);
        Assert.Throws<ArgumentOutOfRangeException>(() => simulator.Schedule(actor, new Instant(9), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => simulator.Schedule(actor, Seconds.From(-1), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => simulator.RunUntil(new Instant(9), CancellationToken.None));
    }

    [Fact]
    public void Events_of_one_time_come_by_priority_then_in_the_order_of_scheduling()
    {
        var simulator = new Simulator();
        List<int> seen = [];
        var actor = new Probe(simulator, (_, e) => seen.Add(e.Kind));
        simulator.Schedule(actor, new Instant(5), 3);
        simulator.Schedule(actor, new Instant(5), 4);
        simulator.Schedule(actor, new Instant(5), 1, priority: 0);
        simulator.Schedule(actor, new Instant(5), 5, priority: 255);
        simulator.Schedule(actor, new Instant(5), 2, priority: 0);
        simulator.Run(CancellationToken.None);
        Assert.Equal([1, 2, 3, 4, 5], seen);
    }

    [Fact]
    public void Cancelled_events_are_dropped_and_later_ones_are_not()
    {
        var simulator = new Simulator();
        List<int> seen = [];
        var other = new Probe(simulator, (_, e) => seen.Add(e.Kind));
        var actor = new Probe(simulator, (_, e) => seen.Add(e.Kind));
        simulator.Schedule(actor, new Instant(1), 1);
        simulator.Schedule(other, new Instant(2), 2);
        actor.Cancel();
        simulator.Schedule(actor, new Instant(3), 3);
        simulator.Run(CancellationToken.None);
        Assert.Equal([2, 3], seen);
        Assert.Equal((2, 1), (simulator.Handled, simulator.Dropped));
    }

    [Fact]
    public void A_run_stops_at_its_end_and_goes_on_from_there()
    {
        var simulator = new Simulator();
        List<long> seen = [];
        var actor = new Probe(simulator, (_, e) => seen.Add(e.Time.Nanoseconds));
        foreach (long time in (long[])[10, 20, 30])
        {
            simulator.Schedule(actor, new Instant(time), 0);
        }

        simulator.Schedule(actor, Instant.Never, 0);
        simulator.RunUntil(new Instant(20), CancellationToken.None);
        Assert.Equal([10, 20], seen);
        simulator.RunUntil(new Instant(25), CancellationToken.None);
        Assert.Equal(25, simulator.Now.Nanoseconds);
        simulator.Run(CancellationToken.None);
        Assert.Equal([10, 20, 30], seen);
        Assert.Equal(30, simulator.Now.Nanoseconds);
    }

    [Fact]
    public void A_run_without_end_can_be_cancelled()
    {
        using var source = new CancellationTokenSource();
        var simulator = new Simulator();
        var actor = new Probe(simulator, (probe, e) =>
        {
            simulator.Schedule(probe, Nanoseconds(1), 0);
            if (e.Time.Nanoseconds == 100)
            {
                source.Cancel();
            }
        });
        simulator.Schedule(actor, Instant.Zero, 0);
        Assert.Throws<OperationCanceledException>(() => simulator.Run(source.Token));
    }

    private static Seconds Nanoseconds(int value) => Seconds.From(value * 1e-9);
}
