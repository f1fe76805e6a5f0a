using LlmSim.Model.Units;

namespace LlmSim.Schedules.Engine;

/// <summary>A link whose bandwidth the transfers on it share equally. Owns the transfers that are under way.</summary>
/// <remarks>
/// Processor sharing. All transfers progress alike, so one number, the level, says how many bytes each has been given since the link was last idle,
/// and a transfer that starts at level l ends at l plus its size: transfers end in the order of that mark, and a change re-times one event, not all.
/// Latency is not here, because it is not shared: whoever sends adds it. Ends are rounded to nanoseconds; the error does not add up, because
/// the level is set to the mark when a transfer ends.
/// </remarks>
public sealed class SharedLink : Actor
{
    private const int TransferEnds = 0;

    private readonly PriorityQueue<Notice, (double Mark, long Order)> _active = new();
    private Bandwidth _bandwidth;
    private double _level;
    private Instant _settledAt;
    private long _started;

    /// <summary>An idle link.</summary>
    /// <param name="simulator">Whose clock it lives by.</param>
    /// <param name="bandwidth">What the transfers share, more than 0.</param>
    public SharedLink(Simulator simulator, Bandwidth bandwidth)
        : base(simulator)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bandwidth.Value, nameof(bandwidth));
        _bandwidth = bandwidth;
    }

    /// <summary>Transfers under way.</summary>
    public int Active => _active.Count;

    /// <summary>What went over the link up to the last start, end or change of bandwidth.</summary>
    public Bytes Carried { get; private set; }

    /// <summary>Starts a transfer.</summary>
    /// <param name="size">What is sent, at least 0.</param>
    /// <param name="receiver">Whose event is scheduled when all of it was sent.</param>
    /// <param name="kind">Kind of that event.</param>
    /// <param name="payload">Payload of that event.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is negative.</exception>
    public void Send(Bytes size, Actor receiver, int kind, int payload = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size.Value, nameof(size));
        Settle();
        _active.Enqueue(new(receiver, kind, payload), (_level + size.Value, _started++));
        ScheduleFirstEnd();
    }

    /// <summary>Changes the bandwidth from now on, for transfers under way too.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The bandwidth is not more than 0.</exception>
    public void ChangeBandwidth(Bandwidth bandwidth)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bandwidth.Value, nameof(bandwidth));
        Settle();
        _bandwidth = bandwidth;
        ScheduleFirstEnd();
    }

    /// <inheritdoc/>
    public override void Handle(in Event e)
    {
        Settle();
        _active.TryPeek(out _, out (double Mark, long Order) first);
        _level = first.Mark;
        while (_active.TryPeek(out Notice notice, out (double Mark, long Order) next) && next.Mark <= _level)
        {
            _active.Dequeue();
            Simulator.Schedule(notice.Receiver, Simulator.Now, notice.Kind, notice.Payload);
        }

        ScheduleFirstEnd();
    }

    /// <summary>Gives each transfer its share of the time since the last change.</summary>
    private void Settle()
    {
        if (_active.Count > 0)
        {
            Bytes sent = _bandwidth * (Simulator.Now - _settledAt);
            Carried += sent;
            _level += sent.Value / _active.Count;
        }
        else
        {
            _level = 0;
        }

        _settledAt = Simulator.Now;
    }

    private void ScheduleFirstEnd()
    {
        CancelScheduled();
        if (_active.TryPeek(out _, out (double Mark, long Order) first))
        {
            var left = Bytes.From(Math.Max(0, first.Mark - _level) * _active.Count);
            Simulator.Schedule(this, left / _bandwidth, TransferEnds);
        }
    }

    /// <summary>Who is told of the end of a transfer, and how.</summary>
    private readonly record struct Notice(Actor Receiver, int Kind, int Payload);
}
