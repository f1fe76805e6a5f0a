using LlmSim.Model.Draws;
using LlmSim.Model.Units;
using LlmSim.Schedules.Serving;

namespace LlmSim.Schedules.Fleet;

/// <summary>A pool while the fleet runs. Owns its replicas, their number and its nodes.</summary>
internal sealed class PoolState
{
    private readonly FleetAgenda _agenda;
    private readonly Func<PoolState, Replica> _create;
    private readonly Action<FleetEvent> _note;
    private readonly Action<FleetReplica> _abort;
    private readonly CounterRandom _faults;
    private readonly List<FleetReplica> _replicas = [];
    private int _version;
    private long _drawn;
    private bool _rolling;
    private bool _lacksNodes;

    internal PoolState(
        FleetPool plan, int index, FleetAgenda agenda, long seed, Func<PoolState, Replica> create, Action<FleetEvent> note, Action<FleetReplica> abort)
    {
        (Plan, _agenda, _create, _note, _abort) = (plan, agenda, create, note, abort);
        _faults = new CounterRandom(seed, -1 - index);
        Nodes = new NodePool(plan, agenda);
        Wanted = plan.Job.Settings.Replicas;
    }

    internal FleetPool Plan { get; }

    internal NodePool Nodes { get; }

    /// <summary>Replicas that are asked for.</summary>
    internal int Wanted { get; private set; }

    /// <summary>Replicas that are not gone, in the order in which they were asked for.</summary>
    internal IReadOnlyList<FleetReplica> Replicas => _replicas;

    /// <summary>Replicas that started cold.</summary>
    internal int ColdStarts { get; private set; }

    /// <summary>Time of the replicas that are gone.</summary>
    internal Seconds GoneTime { get; private set; }

    internal int Ready => _replicas.Count(static r => r.State == ReplicaState.Ready);

    internal int Starting => _replicas.Count(static r => r.State == ReplicaState.Starting);

    /// <summary>The replicas of the start are there at once; the rollout is noted.</summary>
    internal void Begin(Instant now)
    {
        for (int i = 0; i < Wanted; i++)
        {
            if (Place(now) is { } slot)
            {
                slot.Group.Used = true;
                FleetReplica replica = Add(slot, now);
                MakeReady(replica, now);
            }
        }

        if (Plan.Rollout is { } rollout)
        {
            Instant at = Instant.At(rollout.At);
            _agenda.At(at, () => BeginRollout(at));
        }
    }

    /// <summary>Asks for another number of replicas.</summary>
    internal void ScaleTo(int wanted, Instant now)
    {
        if (wanted == Wanted)
        {
            return;
        }

        FleetChange change = wanted > Wanted ? FleetChange.ScaleUp : FleetChange.ScaleDown;
        Wanted = wanted;
        Note(change, now);
        Reconcile(now);
    }

    /// <summary>Starts and drains replicas until as many live as are asked for; under a rollout of the new version.</summary>
    internal void Reconcile(Instant now)
    {
        int surge = _rolling ? Plan.Rollout!.Surge : 0;
        while (Live() < Wanted + surge && Newest() < Wanted && Start(now))
        {
        }

        if (_rolling)
        {
            RetireOld(now);
        }

        while (Live() > Wanted + surge && Victim(static _ => true) is { } victim)
        {
            Drain(victim, now);
        }
    }

    /// <summary>Takes out a replica that drains and has nothing left.</summary>
    internal void EndIfIdle(FleetReplica replica, Instant now)
    {
        if (replica.State == ReplicaState.Draining && replica.Engine.Outstanding == 0)
        {
            Remove(replica, FleetChange.Gone, now);
        }
    }

    internal Seconds ReplicaTime(Instant now) => _replicas.Aggregate(GoneTime, (sum, replica) => sum + (now - replica.Asked));

    private int Live() => _replicas.Count(static r => r.IsLive);

    private int Newest() => _replicas.Count(r => r.IsLive && r.Version == _version);

    private void BeginRollout(Instant now)
    {
        (_rolling, _version) = (true, _version + 1);
        Note(FleetChange.RolloutBegins, now);
        Reconcile(now);
    }

    /// <summary>Takes out replicas of the old version for as long as enough stay ready.</summary>
    private void RetireOld(Instant now)
    {
        while (Victim(r => r.Version < _version) is { } old && (old.State == ReplicaState.Starting || Ready > Wanted - Plan.Rollout!.Unavailable))
        {
            Drain(old, now);
        }

        if (!_replicas.Exists(r => r.Version < _version && r.IsLive) && Ready >= Wanted)
        {
            _rolling = false;
            Note(FleetChange.RolloutEnds, now);
        }
        else if (Live() < Wanted + Plan.Rollout!.Surge && Newest() < Wanted && Start(now))
        {
            RetireOld(now);
        }
    }

    /// <summary>Whom to take out: first those that start, then those with the least to do, the newest of equals.</summary>
    private FleetReplica? Victim(Func<FleetReplica, bool> among) => _replicas
        .Where(r => r.IsLive && among(r))
        .Select(static (replica, index) => (replica, index))
        .OrderBy(static entry => entry.replica.State == ReplicaState.Starting ? 0 : 1)
        .ThenBy(static entry => entry.replica.Engine.Outstanding)
        .ThenByDescending(static entry => entry.index)
        .Select(static entry => entry.replica)
        .FirstOrDefault();

    private bool Start(Instant now)
    {
        if (Place(now) is not { } slot)
        {
            return false;
        }

        bool isNew = !slot.Group.Used;
        slot.Group.Used = true;
        FleetReplica replica = Add(slot, now);
        ColdStarts++;
        Instant ready = Instant.Max(now, slot.Group.Ready) + Plan.StartTime(isNew);
        _agenda.At(ready, () =>
        {
            if (replica.State == ReplicaState.Starting)
            {
                MakeReady(replica, ready);
                Reconcile(ready);
            }
        });
        return true;
    }

    private NodeSlot? Place(Instant now)
    {
        NodeSlot? slot = Nodes.Take(now);
        if (slot is null && !_lacksNodes)
        {
            Note(FleetChange.NoQuota, now);
        }

        _lacksNodes = slot is null;
        return slot;
    }

    private FleetReplica Add(NodeSlot slot, Instant now)
    {
        FleetReplica replica = new() { Engine = _create(this), Place = slot, Version = _version, Asked = now };
        _replicas.Add(replica);
        return replica;
    }

    private void MakeReady(FleetReplica replica, Instant now)
    {
        replica.State = ReplicaState.Ready;
        Note(FleetChange.Ready, now);
        if (Plan.Faults is { } faults)
        {
            Instant fails = now + (faults.Mtbf * -Math.Log(_faults.Uniform(_drawn++)));
            _agenda.At(fails, () => Fail(replica, faults, fails));
        }
    }

    private void Fail(FleetReplica replica, FaultPlan faults, Instant now)
    {
        if (replica.State is ReplicaState.Ready or ReplicaState.Draining)
        {
            _abort(replica);
            Remove(replica, FleetChange.Failed, now);
            _agenda.At(now + faults.Detection, () => Reconcile(now + faults.Detection));
        }
    }

    private void Drain(FleetReplica replica, Instant now)
    {
        if (replica.State == ReplicaState.Starting)
        {
            Remove(replica, FleetChange.Gone, now);
            return;
        }

        replica.State = ReplicaState.Draining;
        Note(FleetChange.Drain, now);
        EndIfIdle(replica, now);
        _agenda.At(now + Plan.Grace, () =>
        {
            if (replica.State == ReplicaState.Draining)
            {
                _abort(replica);
                Remove(replica, FleetChange.Killed, now + Plan.Grace);
            }
        });
    }

    private void Remove(FleetReplica replica, FleetChange change, Instant now)
    {
        replica.State = ReplicaState.Gone;
        _replicas.Remove(replica);
        GoneTime += now - replica.Asked;
        Nodes.Return(replica.Place, now);
        Note(change, now);
    }

    private void Note(FleetChange change, Instant now) => _note(new(now, Plan.Name, change, Wanted, Ready));
}
