using System.Collections.Immutable;
using LlmSim.Model.Cost;
using LlmSim.Model.Units;
using LlmSim.Schedules.Serving.Admission;
using LlmSim.Schedules.Serving.Results;
using LlmSim.Schedules.Serving.Routing;
using LlmSim.Schedules.Traffic;

namespace LlmSim.Schedules.Serving;

/// <summary>Replays requests on a serving system. Owns the merged order of arrivals and of the replicas' events.</summary>
/// <remarks>
/// At each moment, first the iterations that end take effect, in order of replica index, then requests arrive, then iterations start. A request whose
/// sending is caused
/// by an end of the same moment therefore still joins the iteration that starts then, and all arrivals of a moment meet the same batch.
/// </remarks>
public sealed class ServeSimulation
{
    private readonly ImmutableArray<Replica> _replicas;
    private readonly IRequestSource _source;
    private readonly IRouter _router;
    private readonly AdmissionGate _gate;
    private readonly Seconds? _timeout;
    private readonly Instant _cutOff;
    private readonly ServeWatch _watch;
    private readonly ServeTally _tally;
    private Instant _now;

    private ServeSimulation(ServeSettings settings, IStepPrice price, IRequestSource source, ServeWatch watch)
    {
        _tally = new ServeTally(settings.Classes);
        _replicas = [.. Enumerable.Range(0, settings.Replicas).Select(index => new Replica(index, settings, price, _tally.Gaps))];
        _source = source;
        _router = Routers.Create(settings.Router, settings.Seed);
        _gate = new AdmissionGate(settings.Limits, settings.Retry, settings.Seed);
        _timeout = settings.Timeout;
        _cutOff = settings.Duration is Seconds duration ? Instant.At(duration) : Instant.Never;
        _watch = watch;
    }

    /// <summary>Replays <paramref name="source"/> until every request has ended or the duration is over.</summary>
    public static ServeResult Run(ServeSettings settings, IStepPrice price, IRequestSource source, CancellationToken cancellation) =>
        Run(settings, price, source, ServeWatch.None, cancellation);

    /// <summary>The same, handing each outcome to <paramref name="observe"/> as it comes.</summary>
    /// <exception cref="ArgumentException">The settings have problems; <see cref="ServeSettings.Problems"/> names them.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static ServeResult Run(
        ServeSettings settings, IStepPrice price, IRequestSource source, Action<RequestOutcome>? observe, CancellationToken cancellation) =>
        Run(settings, price, source, new ServeWatch { Observe = observe }, cancellation);

    /// <summary>The same while <paramref name="watch"/> looks on.</summary>
    /// <exception cref="ArgumentException">The settings have problems; <see cref="ServeSettings.Problems"/> names them.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static ServeResult Run(ServeSettings settings, IStepPrice price, IRequestSource source, ServeWatch watch, CancellationToken cancellation)
    {
        ImmutableArray<SettingProblem> problems = settings.Problems();
        return problems.IsEmpty
            ? new ServeSimulation(settings, price, source, watch).Run(cancellation)
            : throw new ArgumentException(string.Join("; ", problems), nameof(settings));
    }

    private ServeResult Run(CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            Instant next = NextMoment();
            if (next == Instant.Never)
            {
                return Exhausted();
            }

            if (next > _cutOff)
            {
                return CutOff();
            }

            SampleBefore(next);
            _now = next;
            EndIterations();
            TakeArrivals();
            if (StartIterations() is string reason)
            {
                return _tally.Result(ServeEnd.Stuck, reason, _now, _replicas, _gate.Retries);
            }
        }
    }

    private Instant NextMoment()
    {
        Instant next = Instant.Min(_source.NextArrival, _gate.NextDue);
        foreach (Replica replica in _replicas)
        {
            next = Instant.Min(next, replica.NextEvent);
        }

        return next;
    }

    private void EndIterations()
    {
        foreach (Replica replica in _replicas)
        {
            if (replica.NextEvent <= _now)
            {
                replica.AdvanceTo(_now);
                Collect(replica);
            }
        }
    }

    /// <summary>Requests that were held back or are sent again come before new ones of the same moment.</summary>
    private void TakeArrivals()
    {
        while (Instant.Min(_gate.NextDue, _source.NextArrival) <= _now)
        {
            if (_gate.NextDue > _now)
            {
                Request request = _source.Take();
                _tally.Arrived(_now);
                Enter(request);
                continue;
            }

            PendingRequest due = _gate.TakeDue();
            if (due.IsRetry)
            {
                Enter(due.Request);
            }
            else
            {
                Route(due.Request, due.Sent);
            }
        }
    }

    private void Enter(in Request request)
    {
        if (_gate.Admit(request, _now) is not Instant release)
        {
            End(AtTheGate(request, RequestStatus.Rejected) with { Rejection = RejectionReason.RateLimited });
        }
        else if (release > _now)
        {
            _gate.Hold(request, _now, release);
        }
        else
        {
            Route(request, _now);
        }
    }

    private void Route(in Request request, Instant sent)
    {
        if (_timeout is Seconds timeout && sent + timeout < _now)
        {
            End(AtTheGate(request, RequestStatus.TimedOut));
            return;
        }

        if (_router.LooksInside)
        {
            foreach (Replica one in _replicas)
            {
                one.AdvanceTo(_now);
            }
        }

        Replica replica = _replicas[_router.Choose(request, _replicas)];
        replica.Offer(request, _now, sent);
        Collect(replica);
    }

    private RequestOutcome AtTheGate(in Request request, RequestStatus status) => new()
    {
        Request = request,
        Status = status,
        Replica = -1,
        FirstScheduled = Instant.Never,
        FirstToken = Instant.Never,
        Finished = _now,
    };

    private string? StartIterations()
    {
        foreach (Replica replica in _replicas)
        {
            if (!replica.Start(_now))
            {
                return FormattableString.Invariant(
                    $"replica {replica.Index} has {replica.Outstanding} requests, {replica.Waiting} waiting, and its policy made no iteration of them");
            }
        }

        return null;
    }

    private void Collect(Replica replica)
    {
        for (int i = 0; i < replica.Ended.Count; i++)
        {
            End(replica.Ended[i]);
        }

        replica.ClearEnded();
    }

    private void End(in RequestOutcome outcome)
    {
        if (_gate.TryRepeat(outcome, _now))
        {
            return;
        }

        _tally.Ended(outcome);
        _watch.Observe?.Invoke(outcome);
        _source.Finished(outcome.Request, Instant.Max(_now, outcome.Finished));
    }

    private ServeResult Exhausted() => _tally.Unfinished == 0
        ? _tally.Result(ServeEnd.Drained, null, _now, _replicas, _gate.Retries)
        : _tally.Result(ServeEnd.Stuck, "an iteration ends beyond the last moment that the clock can show", _now, _replicas, _gate.Retries);

    /// <summary>Samples what is due before the next moment; the replicas are brought up to each sample, which changes nothing that they do.</summary>
    private void SampleBefore(Instant next)
    {
        while (_watch.Timeline is { } timeline && timeline.Next < next)
        {
            Instant now = timeline.Next;
            foreach (Replica replica in _replicas)
            {
                replica.AdvanceTo(now);
            }

            timeline.Add(_tally.Sample(now) with
            {
                Waiting = _replicas.Sum(static replica => replica.Waiting),
                Active = _replicas.Sum(static replica => replica.Outstanding - replica.Waiting),
                KvUsed = (double)_replicas.Sum(static replica => replica.KvCache.Used) / _replicas.Sum(static replica => replica.KvCache.Capacity),
                Work = _replicas.Aggregate(default(ReplicaCounts), static (sum, replica) => sum + replica.Counts),
            });
        }
    }

    private ServeResult CutOff()
    {
        SampleBefore(_cutOff);
        foreach (Replica replica in _replicas)
        {
            replica.AdvanceTo(_cutOff);
        }

        return _tally.Result(ServeEnd.DurationReached, null, _cutOff, _replicas, _gate.Retries);
    }
}
