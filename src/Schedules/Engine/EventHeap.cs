using System.Runtime.CompilerServices;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Engine;

/// <summary>The near events of a queue, earliest first. Owns their storage; allocates only to grow.</summary>
/// <remarks>
/// A heap with four children a node in one array: half as many levels as a binary heap, and the children of a node lie side by side. Where a handler
/// schedules a near event, the place of the event that was taken last is still open at the root: the next event sinks in from there, and one walk
/// through the heap serves both.
/// </remarks>
internal sealed class EventHeap
{
    private const int Children = 4;

    private Event[] _heap;
    private int _used;
    private bool _rootIsOpen;

    /// <summary>An empty heap.</summary>
    /// <param name="capacity">Events for which there is room before it grows.</param>
    internal EventHeap(int capacity = 256)
    {
        _heap = new Event[Math.Max(Children, capacity)];
    }

    /// <summary>Events that wait.</summary>
    internal int Count => _rootIsOpen ? _used - 1 : _used;

    /// <summary>Puts an event in its place.</summary>
    internal void Push(in Event item)
    {
        if (_rootIsOpen)
        {
            _rootIsOpen = false;
            SinkFromRoot(_heap.AsSpan(0, _used), in item);
            return;
        }

        if (_used == _heap.Length)
        {
            Array.Resize(ref _heap, 2 * _used);
        }

        RiseFromLast(_heap.AsSpan(0, ++_used), in item);
    }

    /// <summary>When the first event happens; <see cref="Instant.Never"/> where none waits.</summary>
    internal Instant PeekTime()
    {
        CloseRoot();
        return _used == 0 ? Instant.Never : _heap[0].Time;
    }

    /// <summary>Takes the first event out.</summary>
    /// <exception cref="InvalidOperationException">No event waits.</exception>
    internal Event Pop()
    {
        CloseRoot();
        if (_used == 0)
        {
            throw new InvalidOperationException("No event waits.");
        }

        _rootIsOpen = true;
        return _heap[0];
    }

    /// <summary>Fills the root with the last event where no new one came.</summary>
    private void CloseRoot()
    {
        if (_rootIsOpen)
        {
            _rootIsOpen = false;
            _used--;
            if (_used > 0)
            {
                SinkFromRoot(_heap.AsSpan(0, _used), in _heap[_used]);
            }
        }
    }

    private static void RiseFromLast(Span<Event> heap, in Event item)
    {
        int hole = heap.Length - 1;
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

    /// <summary>Moves the earliest child into the hole, from the root down, until the item fits into it.</summary>
    private static void SinkFromRoot(Span<Event> heap, in Event item)
    {
        int hole = 0;
        for (int child = 1; child < heap.Length; child = (hole * Children) + 1)
        {
            int earliest = child + (heap.Length - child >= Children ? EarliestOfFour(heap.Slice(child, Children)) : EarliestOfFew(heap[child..]));
            if (!heap[earliest].Precedes(in item))
            {
                break;
            }

            heap[hole] = heap[earliest];
            hole = earliest;
        }

        heap[hole] = item;
    }

    /// <summary>A small knock-out tournament in arithmetic: which child wins is random, and a branch on it would be mispredicted half the time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int EarliestOfFour(ReadOnlySpan<Event> four)
    {
        int left = four[1].Precedes(in four[0]) ? 1 : 0;
        int right = 2 + (four[3].Precedes(in four[2]) ? 1 : 0);
        int rightWins = four[right].Precedes(in four[left]) ? 1 : 0;
        return left + ((right - left) * rightWins);
    }

    private static int EarliestOfFew(ReadOnlySpan<Event> few)
    {
        int earliest = 0;
        for (int other = 1; other < few.Length; other++)
        {
            earliest = few[other].Precedes(in few[earliest]) ? other : earliest;
        }

        return earliest;
    }
}
