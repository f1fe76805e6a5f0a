using LlmSim.Model.Units;

namespace LlmSim.Schedules.Engine;

/// <summary>A part of a device that does one thing after another, such as its compute queue. Owns the time at which it will be free.</summary>
/// <remarks>
/// Work is taken first come, first served, and its length is known when it comes, so its end is too: the stream needs no events of its own and
/// schedules only the client's.
/// </remarks>
/// <param name="simulator">Whose clock it lives by.</param>
/// <param name="device">Name of the device.</param>
/// <param name="name">Name of the stream on it.</param>
/// <param name="timeline">Where spans are recorded; null for nowhere.</param>
public sealed class WorkStream(Simulator simulator, string device, string name, Timeline? timeline = null)
{
    private long _busy;

    /// <summary>When all work that was given so far is done.</summary>
    public Instant FreeAt { get; private set; }

    /// <summary>Length of all work that was given so far.</summary>
    public Seconds Busy => new Instant(_busy).SinceStart;

    /// <summary>Appends work, and tells the client when it is done.</summary>
    /// <param name="work">What it is called on the timeline.</param>
    /// <param name="length">How long it takes, at least 0.</param>
    /// <param name="client">Whose event is scheduled for its end; if the client cancels its events, the work is still done.</param>
    /// <param name="kind">Kind of that event.</param>
    /// <param name="payload">Payload of that event.</param>
    /// <returns>When it is done.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    public Instant Append(string work, Seconds length, Actor client, int kind, int payload = 0)
    {
        Instant end = Append(work, length);
        simulator.Schedule(client, end, kind, payload);
        return end;
    }

    /// <summary>Appends work for whose end nobody waits.</summary>
    /// <inheritdoc cref="Append(string, Seconds, Actor, int, int)"/>
    public Instant Append(string work, Seconds length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length.Value, nameof(length));
        var start = Instant.Max(simulator.Now, FreeAt);
        FreeAt = start + length;
        _busy += FreeAt.Nanoseconds - start.Nanoseconds;
        timeline?.Record(new(device, name, work, start, FreeAt));
        return FreeAt;
    }
}
