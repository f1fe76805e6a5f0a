using System.Runtime.CompilerServices;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Engine;

/// <summary>The events that are to come, earliest first. Owns their storage; allocates only to grow.</summary>
/// <remarks>
/// A heap with four children a node in one array: half as many levels as a binary heap, and the children of a node lie side by side. Its order is
/// exact whatever the times are, and it has nothing to tune; a calendar queue is quicker only while its bucket width suits the times.
/// </remarks>
public sealed class EventQueue
{
    private const int Children = 4;

    private Event[] _heap;

    /// <summary>An empty queue.</summary>
    /// <param name="capacity">Events for which there is room before it grows.</param>
    public EventQueue(int capacity = 256)
    {
        _heap = new Event[Math.Max(Children, capacity)];
    }

    /// <summary>Events that wait.</summary>
    public int Count { get; private set; }

    /// <summary>When the first event happens; <see cref="Instant.Never"/> where none waits.</summary>
    public Instant NextTime => Count == 0 ? Instant.Never : _heap[0].Time;

    /// <summary>Puts an event in its place.</summary>
    public void Push(in Event item)
    {
        if (Count == _heap.Length)
        {
            Array.Resize(ref _heap, 2 * Count);
        }

        Span<Event> heap = _heap;
        int hole = Count++;
        while (hole > 0)
        {
            int parent = (hole - 1) / Children;
            if (!item.Precedes(in heap[parent]))
            {
                break;
            }

            heap[hole] = heap[parent];
            hole = parent;
        }

        heap[hole] = item;
    }

    /// <summary>Takes the first event out.</summary>
    /// <exception cref="InvalidOperationException">No event waits.</exception>
    public Event Pop()
    {
        if (Count == 0)
        {
            throw new InvalidOperationException("No event waits.");
        }

        Event first = _heap[0];
        Count--;
        if (Count > 0)
        {
            SiftDown(_heap.AsSpan(0, Count), in _heap[Count]);
        }

        return first;
    }

    /// <summary>Moves the earliest child into the hole, from the root down, until the last event of the array fits into it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SiftDown(Span<Event> heap, in Event last)
    {
        int hole = 0;
        for (int child = 1; child < heap.Length; child = (hole * Children) + 1)
        {
            int end = Math.Min(child + Children, heap.Length);
            int earliest = child;
            for (int other = child + 1; other < end; other++)
            {
                if (heap[other].Precedes(in heap[earliest]))
                {
                    earliest = other;
                }
            }

            if (!heap[earliest].Precedes(in last))
            {
                break;
            }

            heap[hole] = heap[earliest];
            hole = earliest;
        }

        heap[hole] = last;
    }
}
