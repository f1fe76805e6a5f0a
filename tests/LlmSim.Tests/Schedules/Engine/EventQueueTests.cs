using CsCheck;
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
            var queue = new EventQueue(capacity: 1);
            List<(long Time, byte Priority, long Sequence)> reference = [];
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

    [Fact]
    public void Highest_priority_and_sequence_keep_apart()
    {
        var last = new Event(Instant.Zero, byte.MaxValue, (1L << 56) - 1);
        Assert.Equal((byte.MaxValue, (1L << 56) - 1), (last.Priority, last.Sequence));
        Assert.True(new Event(Instant.Zero, 0, (1L << 56) - 1).Precedes(new Event(Instant.Zero, 1, 0)));
    }

    private static void TakeFirst(EventQueue queue, List<(long Time, byte Priority, long Sequence)> reference)
    {
        reference.Sort();
        Assert.Equal(reference[0].Time, queue.PeekTime().Nanoseconds);
        Event first = queue.Pop();
        Assert.Equal(reference[0], (first.Time.Nanoseconds, first.Priority, first.Sequence));
        Assert.Equal(first.Sequence, first.Payload);
        reference.RemoveAt(0);
    }
}
