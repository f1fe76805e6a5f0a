using CsCheck;
using LlmSim.Model.Draws;
using LlmSim.Model.Units;
using LlmSim.Schedules.Engine;
using Xunit;

namespace LlmSim.Tests.Schedules.Engine;

public sealed class EventQueueTests
{
    /// <summary>Few different times and priorities, so that ties are common; null takes an event out.</summary>
    private static readonly Gen<(int Time, int Priority)?[]> Scripts =
        Gen.Select(Gen.Bool, Gen.Int[0, 20], Gen.Int[0, 2])
            .Select(static x => x.Item1 ? ((int, int)?)(x.Item2, x.Item3) : null).Array[0, 400];

    [Fact]
    public void Order_is_that_of_a_sorted_list_by_time_priority_and_sequence()
    {
        Scripts.Sample(static script =>
        {
            var queue = new EventQueue();
            SortedSet<(long Time, byte Priority, long Sequence)> reference = [];
            for (int step = 0; step < script.Length; step++)
            {
                if (script[step] is (int time, int priority))
                {
                    queue.Push(new Event(new Instant(time), (byte)priority, step) { Payload = step });
                    reference.Add((time, (byte)priority, step));
                }
                else if (reference.Count > 0)
                {
                    TakeFirst(queue, reference);
                }

                Assert.Equal(reference.Count, queue.Count);
            }

            while (reference.Count > 0)
            {
                TakeFirst(queue, reference);
            }

            Assert.Equal(Instant.Never, queue.PeekTime());
            Assert.Throws<InvalidOperationException>(() => queue.Pop());
        });
    }

    [Theory]
    [InlineData(3)]
    [InlineData(2_000)]
    [InlineData(1_000_000_000)]
    [InlineData(1L << 60)]
    public void Order_is_exact_with_many_events_of_any_spread_and_some_far_off(long spread)
    {
        Gen.Select(Gen.Int[1, 2000], Gen.Int[0, 4], Gen.Long).Sample(
            (pending, turnover, seed) =>
            {
                var random = new CounterRandom(seed, 1);
                var queue = new EventQueue();
                SortedSet<(long Time, byte Priority, long Sequence)> reference = [];
                long now = 0;
                for (int step = 0; step < pending * (1 + turnover); step++)
                {
                    if (step >= pending)
                    {
                        now = TakeFirst(queue, reference);
                    }

                    bool farOff = random.Bits(-1 - step) % 50 == 0;
                    long delay = (long)(-Math.Log(random.Uniform(step)) * spread) * (farOff ? 1000 : 1);
                    long time = delay < 0 || delay > long.MaxValue - now ? long.MaxValue : now + delay;
                    queue.Push(new Event(new Instant(time), 7, step) { Payload = step });
                    reference.Add((time, 7, step));
                }

                while (reference.Count > 0)
                {
                    TakeFirst(queue, reference);
                }

                Assert.Equal(0, queue.Count);
            },
            iter: 30);
    }

    [Fact]
    public void An_event_costs_no_allocation_once_the_queue_has_grown()
    {
        const int Pending = 2_000;
        const int Holds = 200_000;
        var random = new CounterRandom(1, 1);
        var queue = new EventQueue();
        long before = 0;
        for (int step = 0; step < Pending + (2 * Holds); step++)
        {
            before = step == Pending + Holds ? GC.GetAllocatedBytesForCurrentThread() : before;
            long now = step < Pending ? 0 : queue.Pop().Time.Nanoseconds;
            queue.Push(new Event(new Instant(now + (long)(-1e6 * Math.Log(random.Uniform(step)))), Event.NormalPriority, step));
        }

        // A bucket may still see its fullest day; one object an event would be 24 bytes each.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Holds);
    }

    [Fact]
    public void Highest_priority_and_sequence_keep_apart()
    {
        var last = new Event(Instant.Zero, byte.MaxValue, (1L << 56) - 1);
        Assert.Equal((byte.MaxValue, (1L << 56) - 1), (last.Priority, last.Sequence));
        Assert.True(new Event(Instant.Zero, 0, (1L << 56) - 1).Precedes(new Event(Instant.Zero, 1, 0)));
    }

    private static long TakeFirst(EventQueue queue, SortedSet<(long Time, byte Priority, long Sequence)> reference)
    {
        (long Time, byte Priority, long Sequence) expected = reference.Min;
        Assert.Equal(expected.Time, queue.PeekTime().Nanoseconds);
        Event first = queue.Pop();
        Assert.Equal(expected, (first.Time.Nanoseconds, first.Priority, first.Sequence));
        Assert.Equal(first.Sequence, first.Payload);
        reference.Remove(expected);
        return expected.Time;
    }
}
