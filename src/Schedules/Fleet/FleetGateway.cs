using LlmSim.Model.Units;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Traffic;

namespace LlmSim.Schedules.Fleet;

/// <summary>Where requests wait while no replica is ready. Owns those that do.</summary>
internal sealed class FleetGateway
{
    private readonly Queue<Request> _held = new();
    private readonly int _limit;
    private readonly Seconds? _timeout;

    internal FleetGateway(int limit, Seconds? timeout) => (_limit, _timeout) = (limit, timeout);

    internal int Count => _held.Count;

    /// <summary>Requests that ever waited here.</summary>
    internal long Held { get; private set; }

    /// <summary>Keeps a request; the outcome where it is refused.</summary>
    internal RequestOutcome? Hold(in Request request, Instant now)
    {
        if (_held.Count >= _limit)
        {
            return Outcome(request, RequestStatus.Rejected, now) with { Rejection = RejectionReason.QueueFull };
        }

        Held++;
        _held.Enqueue(request);
        return null;
    }

    internal Request? Next() => _held.TryDequeue(out Request request) ? request : null;

    /// <summary>Takes out those whose clients gave up.</summary>
    internal IEnumerable<RequestOutcome> Overdue(Instant now)
    {
        while (_timeout is Seconds timeout && _held.TryPeek(out Request first) && first.Arrival + timeout <= now)
        {
            yield return Outcome(_held.Dequeue(), RequestStatus.TimedOut, now);
        }
    }

    private static RequestOutcome Outcome(in Request request, RequestStatus status, Instant now) => new()
    {
        Request = request,
        Status = status,
        Replica = -1,
        FirstScheduled = Instant.Never,
        FirstToken = Instant.Never,
        Finished = now,
    };
}
