using System.Numerics;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Engine;

/// <summary>The events that are to come, earliest first. Owns their storage; allocates only to grow.</summary>
/// <remarks>
/// The idea of the ladder queue (Tang, Goh and Thng 2005) with one rung: only events that are near lie in a heap, which stays small enough for the
/// first cache; later ones lie unsorted in buckets of equal width, and those behind the last bucket in one list. An emptied heap takes up the next
/// bucket; emptied buckets are laid anew over the list. An event is moved three times at most, however many wait. Order is exact, because all in the
/// heap come before all in the buckets and equal times share a bucket. The width follows the median of the waiting times, so that a few far
/// events, such as timeouts, do not spoil it; where times suit no width, the heap is large, and no harm is done but its logarithm.
/// </remarks>
public sealed class EventQueue
{
    /// <summary>Fewer events than this are not worth buckets.</summary>
    private const int WorthBuckets = 128;

    /// <summary>Events that a bucket shall hold on average, before the median.</summary>
    private const int EventsPerBucket = 16;

    /// <summary>How far buckets reach, in distances from the first event to the median.</summary>
    private const int Reach = 4;

    private const int MedianSample = 63;

    private readonly EventHeap _near = new(WorthBuckets);
    private readonly long[] _sample = new long[MedianSample];
    private EventList[] _buckets = [];
    private EventList _far = new(WorthBuckets);
    private int _bucketCount;
    private int _nextBucket;
    private long _bucketStart;
    private int _widthBits;

    /// <summary>Nanosecond at which the next bucket starts; all before it lie in the heap. Unsigned, because it may lie behind the end of time.</summary>
    private ulong _nearEnd;

    /// <summary>Events that wait.</summary>
    public int Count { get; private set; }

    /// <summary>Puts an event in its place.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Its time is before the start of the run.</exception>
    public void Push(in Event item)
    {
        long time = item.Time.Nanoseconds;
        ArgumentOutOfRangeException.ThrowIfNegative(time, nameof(item));
        Count++;
        if ((ulong)time < _nearEnd)
        {
            _near.Push(in item);
            return;
        }

        long bucket = (time - _bucketStart) >> _widthBits;
        if (bucket < _bucketCount)
        {
            _buckets[bucket].Add(in item);
        }
        else
        {
            _far.Add(in item);
        }
    }

    /// <summary>When the first event happens; <see cref="Instant.Never"/> where none waits.</summary>
    public Instant PeekTime()
    {
        if (Count == 0)
        {
            return Instant.Never;
        }

        FillHeap();
        return _near.PeekTime();
    }

    /// <summary>Takes the first event out.</summary>
    /// <exception cref="InvalidOperationException">No event waits.</exception>
    public Event Pop()
    {
        if (Count == 0)
        {
            throw new InvalidOperationException("No event waits.");
        }

        FillHeap();
        Count--;
        return _near.Pop();
    }

    private void FillHeap()
    {
        while (_near.Count == 0)
        {
            if (_nextBucket < _bucketCount)
            {
                MoveToHeap(ref _buckets[_nextBucket]);
                _nextBucket++;
                _nearEnd = (ulong)_bucketStart + ((ulong)_nextBucket << _widthBits);
            }
            else if (_far.Items.Length < WorthBuckets)
            {
                DoWithoutBuckets();
            }
            else
            {
                LayBuckets();
            }
        }
    }

    private void MoveToHeap(ref EventList list)
    {
        foreach (ref readonly Event item in list.Items)
        {
            _near.Push(in item);
        }

        list.Clear();
    }

    private void DoWithoutBuckets()
    {
        long last = 0;
        foreach (ref readonly Event item in _far.Items)
        {
            last = Math.Max(last, item.Time.Nanoseconds);
        }

        MoveToHeap(ref _far);
        (_bucketCount, _nextBucket, _bucketStart) = (0, 0, last);
        _nearEnd = (ulong)last + 1;
    }

    /// <summary>Spreads the far events over buckets; what lies behind the last one stays far.</summary>
    private void LayBuckets()
    {
        (long first, long median) = FirstAndMedian();
        long inReach = Reach * (long)_far.Items.Length / (2 * EventsPerBucket);
        long reach = Math.Min(median - first, long.MaxValue / Reach) * Reach;
        _bucketStart = first;

        // The next power of two above reach/inReach, so that a shift finds the bucket.
        _widthBits = 64 - BitOperations.LeadingZeroCount((ulong)(reach / inReach));
        _bucketCount = 1 + (int)Math.Min(inReach - 1, (long.MaxValue - first) >> _widthBits);
        _nextBucket = 0;
        if (_buckets.Length < _bucketCount)
        {
            int had = _buckets.Length;
            Array.Resize(ref _buckets, _bucketCount);
            Array.Fill(_buckets, new EventList(0), had, _bucketCount - had);
        }

        SpreadFar();
    }

    private void SpreadFar()
    {
        int kept = 0;
        Span<Event> far = _far.Items;
        foreach (ref readonly Event item in far)
        {
            long bucket = (item.Time.Nanoseconds - _bucketStart) >> _widthBits;
            if (bucket < _bucketCount)
            {
                _buckets[bucket].Add(in item);
            }
            else
            {
                far[kept++] = item;
            }
        }

        _far.Shrink(kept);
    }

    /// <summary>The first of the far times, and about their median, from a sample.</summary>
    private (long First, long Median) FirstAndMedian()
    {
        ReadOnlySpan<Event> far = _far.Items;
        long first = long.MaxValue;
        foreach (ref readonly Event item in far)
        {
            first = Math.Min(first, item.Time.Nanoseconds);
        }

        for (int i = 0; i < MedianSample; i++)
        {
            _sample[i] = far[(int)((long)i * far.Length / MedianSample)].Time.Nanoseconds;
        }

        Array.Sort(_sample);
        return (first, _sample[MedianSample / 2]);
    }
}
