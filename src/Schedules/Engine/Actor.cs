namespace LlmSim.Schedules.Engine;

/// <summary>A state machine that reacts to events. Owns its state; nobody else changes it but through events and its methods.</summary>
/// <remarks>
/// Callbacks instead of coroutines: a state is a field that a reader can see, an event costs no allocation, and a stack trace shows who called.
/// </remarks>
public abstract class Actor
{
    /// <summary>Joins a simulator.</summary>
    protected Actor(Simulator simulator)
    {
        Simulator = simulator;
        Number = simulator.Join(this);
    }

    /// <summary>The simulator whose clock it lives by.</summary>
    protected Simulator Simulator { get; }

    /// <summary>Its number in the simulator.</summary>
    internal int Number { get; }

    /// <summary>Events scheduled for an older version are dropped.</summary>
    internal int Version { get; private set; }

    /// <summary>Reacts to an event; the clock shows its time.</summary>
    public abstract void Handle(in Event e);

    /// <summary>Cancels all events that were scheduled for this actor so far: they stay queued and are dropped when their time comes.</summary>
    /// <remarks>Cheaper than taking them out of the queue, and the queue needs no handles.</remarks>
    protected void CancelScheduled() => Version = unchecked(Version + 1);
}
