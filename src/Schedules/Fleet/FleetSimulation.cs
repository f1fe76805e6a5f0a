using System.Collections.Immutable;
using LlmSim.Model.Cost;
using LlmSim.Model.Units;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Serving.Routing;
using LlmSim.Schedules.Traffic;

namespace LlmSim.Schedules.Fleet;

/// <summary>Replays requests on a fleet whose replicas come and go. Owns the merged order of arrivals, of the replicas' events and of the fleet's.</summary>
/// <remarks>
/// A moment goes as in <see cref="ServeSimulation"/>: iterations that end take effect, then the fleet changes, then requests arrive, then iterations start.
/// Requests that find no replica ready wait at the gateway, in order.
/// </remarks>
public sealed class FleetSimulation
{
    private readonly FleetJob _job;
    private readonly FleetAgenda _agenda = new();
    private readonly FleetTally _tally;
    private readonly FleetGateway _gateway;
    private readonly IRequestSource _source;
    private readonly ImmutableArray<PoolState> _pools;
    private readonly IRouter _router;
    private readonly Instant _cutOff;
    private readonly Action<RequestOutcome>? _observe;
    private ImmutableArray<FleetReplica> _serving = [];
    private ImmutableArray<Replica> _routable = [];
    private Instant _now;
    private Instant _lastProgress;
    private int _inGraph;

    private FleetSimulation(FleetJob job, IReadOnlyList<(ServeSettings Settings, IStepPrice Price)> kinds, IRequestSource source, Action<RequestOutcome>? observe)
    {
        (_job, _observe) = (job, observe);
        _tally = new FleetTally(job);
        _gateway = new FleetGateway(job.GatewayQueue, job.Settings.Timeout);
        _source = _tally.Graph.Before(source);
        _router = Routers.Create(job.Settings.Router, job.Seed);
        _cutOff = job.Settings.Duration is Seconds duration ? Instant.At(duration) : Instant.Never;
        _pools = [.. job.Pools.Select((pool, index) => new PoolState(
            pool, index, _agenda, job.Seed, _ => _tally.Create(kinds[index].Settings, kinds[index].Price, index), Changed, Abort))];
    }

    /// <summary>How long a fleet may do nothing for the requests that it has before it counts as stuck.</summary>
    private static Seconds Patience { get; } = new(86_400);

    /// <summary>Replays <paramref name="source"/> until every request has ended or the duration is over.</summary>
    /// <param name="job">The fleet.</param>
    /// <param name="source">Its requests.</param>
    /// <param name="observe">Takes each outcome as it comes; null for no one.</param>
    /// <param name="cancellation">Stops the run.</param>
    /// <exception cref="ArgumentException">The settings have problems, or no KV block fits; check <see cref="ServeRun.Memory"/> of each pool first.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static FleetResult Run(FleetJob job, IRequestSource source, Action<RequestOutcome>? observe, CancellationToken cancellation) => Run(
        job, [.. job.Pools.Select(static pool => (ServeRun.Settings(pool.Job, ServeRun.Memory(pool.Job)), (IStepPrice)pool.Job.StepPrice()))], source, observe, cancellation);

    /// <summary>The same with settings and prices that are given by pool.</summary>
    /// <param name="job">The fleet.</param>
    /// <param name="kinds">What its replicas are like and what their iterations cost, by pool.</param>
    /// <param name="source">Its requests.</param>
    /// <param name="observe">Takes each outcome as it comes; null for no one.</param>
    /// <param name="cancellation">Stops the run.</param>
    public static FleetResult Run(
        FleetJob job, IReadOnlyList<(ServeSettings Settings, IStepPrice Price)> kinds, IRequestSource source, Action<RequestOutcome>? observe, CancellationToken cancellation)
    {
        // A fleet may start with none; each replica by itself is checked as one.
        ImmutableArray<SettingProblem> problems = [.. kinds.SelectMany(static kind => (kind.Settings with { Replicas = 1 }).Problems())];
        return problems.IsEmpty
            ? new FleetSimulation(job, kinds, source, observe).Run(cancellation)
            : throw new ArgumentException(string.Join("; ", problems), nameof(job));
    }

    private FleetResult Run(CancellationToken cancellation)
    {
        foreach (PoolState pool in _pools)
        {
            pool.Begin(Instant.Zero);
            new ScalingLoop(pool, _agenda, () => pool.Ready == 0 ? _gateway.Count : 0, _tally).Begin(Instant.Zero);
        }

        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            Instant next = NextMoment();
            if (next == Instant.Never || next > _cutOff)
            {
                return next == Instant.Never ? Exhausted() : CutOff();
            }

            _now = next;
            EndIterations();
            _agenda.RunDue(_now);
            TakeArrivals();
            if (StartIterations() is string reason)
            {
                return Result(ServeEnd.Stuck, reason);
            }
        }
    }

    /// <summary>The next moment; never where nothing is left of the requests, whatever the fleet still has in mind.</summary>
    private Instant NextMoment()
    {
        Instant requests = _source.NextArrival;
        if (requests == Instant.Never && _tally.Unfinished == 0 && _inGraph == 0)
        {
            return Instant.Never;
        }

        foreach (FleetReplica replica in _serving)
        {
            requests = Instant.Min(requests, replica.Engine.NextEvent);
        }

        return requests == Instant.Never && _agenda.Next > _lastProgress + Patience ? Instant.Never : Instant.Min(requests, _agenda.Next);
    }

    private void EndIterations()
    {
        foreach (FleetReplica replica in _serving)
        {
            if (replica.Engine.NextEvent <= _now)
            {
                replica.Engine.AdvanceTo(_now);
                Collect(replica);
            }
        }
    }

    private void TakeArrivals()
    {
        foreach (RequestOutcome gone in _gateway.Overdue(_now))
        {
            End(gone);
        }

        while (!_routable.IsEmpty && _gateway.Next() is { } held)
        {
            Offer(held);
        }

        while (_source.NextArrival <= _now)
        {
            Request request = _source.Take();
            _lastProgress = _now;
            _tally.Arrived(_tally.Graph.SentAt(request));
            if (!_routable.IsEmpty)
            {
                Offer(request);
            }
            else if (_gateway.Hold(request, _now) is { } refused)
            {
                End(refused);
            }
        }
    }

    private void Offer(in Request request)
    {
        // Replicas that take requests come first among those that serve.
        FleetReplica replica = _serving[_router.Choose(request, _routable)];
        _tally.Routed(replica.Engine);
        replica.Engine.Offer(request, _now);
        Collect(replica);
    }

    private string? StartIterations()
    {
        foreach (FleetReplica replica in _serving)
        {
            if (!replica.Engine.Start(_now))
            {
                return FormattableString.Invariant(
                    $"replica {replica.Engine.Index} has {replica.Engine.Outstanding} requests, {replica.Engine.Waiting} waiting, and its policy made no iteration of them");
            }
        }

        return null;
    }

    private void Collect(FleetReplica replica)
    {
        for (int i = 0; i < replica.Engine.Ended.Count; i++)
        {
            End(replica.Engine.Ended[i]);
        }

        replica.Engine.ClearEnded();
        if (replica.State == ReplicaState.Draining)
        {
            _tally.PoolOf(replica.Engine, _pools).EndIfIdle(replica, _now);
        }
    }

    private void End(in RequestOutcome outcome)
    {
        RequestOutcome whole = _tally.Graph.After(outcome);
        _tally.Ended(whole);
        _observe?.Invoke(whole);
        _lastProgress = _now;
        Request request = whole.Request;
        if (whole.Finished <= _now)
        {
            _source.Finished(request, _now);
        }
        else
        {
            _inGraph++;
            _agenda.At(whole.Finished, () =>
            {
                _inGraph--;
                _source.Finished(request, whole.Finished);
            });
        }
    }

    /// <summary>Ends a replica with all that it has: its requests are sent again or lost.</summary>
    private void Abort(FleetReplica replica)
    {
        bool resend = _tally.PoolOf(replica.Engine, _pools).Plan.Faults is { Resend: true };
        replica.Engine.Abort(_now);
        foreach (RequestOutcome outcome in replica.Engine.Ended.ToArray())
        {
            if (outcome.Status == RequestStatus.Failed && resend && _gateway.Hold(outcome.Request, _now) is null)
            {
                _tally.Resent++;
            }
            else
            {
                End(outcome);
            }
        }

        replica.Engine.ClearEnded();
    }

    private void Changed(FleetEvent change)
    {
        _tally.Note(change);
        FleetReplica[] all = [.. _pools.IsDefault ? [] : _pools.SelectMany(static pool => pool.Replicas)];
        FleetReplica[] ready = [.. all.Where(static r => r.State == ReplicaState.Ready)];
        _serving = [.. ready, .. all.Where(static r => r.State == ReplicaState.Draining)];
        _routable = [.. ready.Select(static r => r.Engine)];
        _tally.Ready(_routable.Length);
    }

    private FleetResult Exhausted() => _tally.Unfinished == 0
        ? Result(ServeEnd.Drained, null)
        : Result(ServeEnd.Stuck, _routable.IsEmpty ? "requests wait at the gateway, and no replica becomes ready" : "nothing can happen any more");

    private FleetResult CutOff()
    {
        foreach (FleetReplica replica in _serving)
        {
            replica.Engine.AdvanceTo(_cutOff);
        }

        _now = _cutOff;
        return Result(ServeEnd.DurationReached, null);
    }

    private FleetResult Result(ServeEnd end, string? stuckBecause) => _tally.Result(end, stuckBecause, _now, _pools, _gateway.Held);
}
