using System.Runtime.InteropServices;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Engine;

/// <summary>What shall happen to an actor at a point in time. 32 bytes, so that four of them fill two cache lines.</summary>
/// <remarks>Order is by time, then priority, then sequence number, so it is total: events of one run are never equal, and a run repeats exactly.</remarks>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Event
{
    /// <summary>Priority of an event that does not care.</summary>
    public const byte NormalPriority = 128;

    private const int SequenceBits = 56;

    private readonly ulong _rank;

    /// <summary>An event.</summary>
    /// <param name="time">When it happens.</param>
    /// <param name="priority">Rank among events of one point in time; the smaller is first.</param>
    /// <param name="sequence">Rank among events of one time and priority, less than 2^56; the smaller is first.</param>
    public Event(Instant time, byte priority, long sequence)
    {
        Time = time;
        _rank = ((ulong)priority << SequenceBits) | (ulong)sequence;
    }

    /// <summary>When it happens.</summary>
    public Instant Time { get; }

    /// <summary>Rank among events of one point in time; the smaller is first.</summary>
    public byte Priority => (byte)(_rank >> SequenceBits);

    /// <summary>How many events were scheduled before it.</summary>
    public long Sequence => (long)(_rank & ((1UL << SequenceBits) - 1));

    /// <summary>What it means; each actor numbers its own.</summary>
    public int Kind { get; init; }

    /// <summary>A number for the actor, such as an index.</summary>
    public int Payload { get; init; }

    /// <summary>Number of the actor in its simulator.</summary>
    internal int Actor { get; init; }

    /// <summary>Version of the actor for which it was scheduled.</summary>
    internal int Version { get; init; }

    /// <summary>Whether it happens before another.</summary>
    public bool Precedes(in Event other) =>
        Time.Nanoseconds < other.Time.Nanoseconds || (Time.Nanoseconds == other.Time.Nanoseconds && _rank < other._rank);
}
