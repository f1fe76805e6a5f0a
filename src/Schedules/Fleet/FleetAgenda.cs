using LlmSim.Model.Units;

namespace LlmSim.Schedules.Fleet;

/// <summary>What happens at set times: by time, and of one time in the order in which it was noted. Owns what is due.</summary>
internal sealed class FleetAgenda
{
    private readonly PriorityQueue<Action, (long Time, long Order)> _due = new();
    private long _noted;

    /// <summary>When the next of it is due; <see cref="Instant.Never"/> where nothing is.</summary>
    internal Instant Next => _due.TryPeek(out _, out (long Time, long Order) first) ? new(first.Time) : Instant.Never;

    internal void At(Instant time, Action action)
    {
        if (time != Instant.Never)
        {
            _due.Enqueue(action, (time.Nanoseconds, _noted++));
        }
    }

    internal void RunDue(Instant now)
    {
        while (_due.TryPeek(out _, out (long Time, long Order) first) && first.Time <= now.Nanoseconds)
        {
            _due.Dequeue().Invoke();
        }
    }
}
