using LlmSim.Model.Units;

namespace LlmSim.Schedules.Engine;

/// <summary>The event loop. Owns the clock, the queue and the list of actors.</summary>
/// <remarks>
/// One thread, one queue, one clock: what happens first is decided by (time, priority, sequence number) and by nothing else, so equal input gives
/// equal output. Nothing polls: an actor that waits has either an event in the queue or a neighbour that will schedule one for it.
/// </remarks>
public sealed class Simulator
{
    /// <summary>Events between two looks at the cancellation token, a power of two.</summary>
    private const int CancellationInterval = 4096;

    private readonly EventQueue _queue = new();
    private readonly List<Actor> _actors = [];
    private long _sequence;

    /// <summary>The simulated time.</summary>
    public Instant Now { get; private set; }

    /// <summary>Events that were handled.</summary>
    public long Handled { get; private set; }

    /// <summary>Events that were dropped because their actor had cancelled them.</summary>
    public long Dropped { get; private set; }

    /// <summary>Events that wait, cancelled ones included.</summary>
    public int Pending => _queue.Count;

    /// <summary>Schedules an event for an actor at a point in time.</summary>
    /// <param name="actor">Who reacts.</param>
    /// <param name="time">When, not before <see cref="Now"/>; <see cref="Instant.Never"/> schedules nothing.</param>
    /// <param name="kind">What it means to the actor.</param>
    /// <param name="payload">A number for the actor.</param>
    /// <param name="priority">Rank among events of one point in time; the smaller is first.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time has passed.</exception>
    public void Schedule(Actor actor, Instant time, int kind, int payload = 0, byte priority = Event.NormalPriority)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time.Nanoseconds, Now.Nanoseconds, nameof(time));
        if (time != Instant.Never)
        {
            _queue.Push(new Event(time, priority, _sequence++) { Kind = kind, Payload = payload, Actor = actor.Number, Version = actor.Version });
        }
    }

    /// <summary>Schedules an event for an actor after a length of time.</summary>
    /// <inheritdoc cref="Schedule(Actor, Instant, int, int, byte)"/>
    public void Schedule(Actor actor, Seconds delay, int kind, int payload = 0, byte priority = Event.NormalPriority) =>
        Schedule(actor, Now + delay, kind, payload, priority);

    /// <summary>Runs until no event is left.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; the run can be continued.</exception>
    public void Run(CancellationToken cancellation) => Advance(Instant.Never, cancellation);

    /// <summary>Runs all events up to a point in time, its own included; then the clock shows that time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time has passed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the run can be continued.</exception>
    public void RunUntil(Instant end, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(end.Nanoseconds, Now.Nanoseconds, nameof(end));
        Advance(end, cancellation);
        Now = end;
    }

    /// <summary>Takes an actor in, and returns its number.</summary>
    internal int Join(Actor actor)
    {
        _actors.Add(actor);
        return _actors.Count - 1;
    }

    private void Advance(Instant end, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        for (long taken = 1; _queue.Count > 0 && _queue.NextTime <= end; taken++)
        {
            Event next = _queue.Pop();
            Now = next.Time;
            Actor actor = _actors[next.Actor];
            if (actor.Version == next.Version)
            {
                Handled++;
                actor.Handle(in next);
            }
            else
            {
                Dropped++;
            }

            if ((taken & (CancellationInterval - 1)) == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }
        }
    }
}
