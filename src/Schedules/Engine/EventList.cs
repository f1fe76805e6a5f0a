namespace LlmSim.Schedules.Engine;

/// <summary>Events in no order. Owns an array that it keeps when it is emptied.</summary>
internal struct EventList(int capacity)
{
    private const int FirstCapacity = 8;

    private Event[] _items = capacity == 0 ? [] : new Event[capacity];
    private int _count;

    /// <summary>The events, until the next change.</summary>
    internal readonly Span<Event> Items => _items.AsSpan(0, _count);

    internal void Add(in Event item)
    {
        if (_count == _items.Length)
        {
            Array.Resize(ref _items, Math.Max(FirstCapacity, 2 * _count));
        }

        _items[_count++] = item;
    }

    internal void Clear() => _count = 0;

    /// <summary>Forgets all but the first events.</summary>
    internal void Shrink(int count) => _count = count;
}
