using System.Collections.Immutable;
using LlmSim.Model.Cost;
using LlmSim.Model.Units;
using LlmSim.Schedules.Serving;

namespace LlmSim.Schedules.Fleet;

/// <summary>Adds up what happens in a fleet. Owns the counts, the log of changes and the list of all replicas that ever were.</summary>
internal sealed class FleetTally
{
    private readonly FleetJob _job;
    private readonly ServeTally _serving;
    private readonly List<(Replica Replica, int Pool)> _all = [];
    private readonly List<FleetEvent> _events = [];
    private readonly Dictionary<string, long> _routed = [];
    private readonly Dictionary<string, int> _mostReady = [];
    private int _ready;

    internal FleetTally(FleetJob job) => (_job, Graph, _serving) = (job, new InferenceGraph(job.Graph, job.Seed), new ServeTally(job.Settings.Classes));

    internal InferenceGraph Graph { get; }

    internal long Resent { get; set; }

    internal long Unfinished => _serving.Unfinished;

    internal Replica Create(ServeSettings settings, IStepPrice price, int pool)
    {
        Replica replica = new(_all.Count, settings, price, _serving.Gaps);
        _all.Add((replica, pool));
        return replica;
    }

    internal PoolState PoolOf(Replica replica, ImmutableArray<PoolState> pools) => pools[_all[replica.Index].Pool];

    internal void Arrived(Instant sent) => _serving.Arrived(sent);

    internal void Routed(Replica replica)
    {
        string pool = _job.Pools[_all[replica.Index].Pool].Name;
        _routed[pool] = _routed.GetValueOrDefault(pool) + 1;
    }

    internal void Ended(in RequestOutcome outcome) => _serving.Ended(outcome);

    internal void Note(in FleetEvent change)
    {
        _events.Add(change);
        _mostReady[change.Pool] = Math.Max(_mostReady.GetValueOrDefault(change.Pool), change.Ready);
    }

    internal void Ready(int replicas) => _ready = Math.Max(_ready, replicas);

    internal long RoutedTo(string pool) => _routed.GetValueOrDefault(pool);

    internal Seconds BusyUntil(string pool, Instant now) => _all
        .Where(entry => _job.Pools[entry.Pool].Name == pool)
        .Aggregate(Seconds.Zero, (sum, entry) => sum + entry.Replica.BusyUntil(now));

    internal FleetResult Result(ServeEnd end, string? stuckBecause, Instant ended, ImmutableArray<PoolState> pools, long held)
    {
        ImmutableArray<Replica> all = [.. _all.Select(static entry => entry.Replica)];
        ServeResult serving = _serving.Result(end, stuckBecause, ended, all, retries: 0);
        return new FleetResult
        {
            Serving = serving with { Replicas = Math.Max(1, _ready) },
            Pools = [.. pools.Select(pool => Pool(pool, ended))],
            Stages = Graph.Results(ended - Instant.Zero),
            Events = [.. _events],
            Resent = Resent,
            HeldAtGateway = held,
            Flaps = pools.Sum(pool => Flaps(pool.Plan.Name)),
        };
    }

    private PoolResult Pool(PoolState pool, Instant ended)
    {
        FleetPool plan = pool.Plan;
        Seconds replicas = pool.ReplicaTime(ended);
        Seconds nodes = pool.Nodes.NodeTime(ended);
        Seconds devices = plan.Nodes is null ? replicas * plan.Job.Layout.WorldSize : nodes * plan.Job.Node.Devices;
        return new(
            plan.Name, replicas, nodes, devices, BusyUntil(plan.Name, ended), pool.ColdStarts, _mostReady.GetValueOrDefault(plan.Name),
            plan.Job.AcceleratorPrice is { } price ? price * devices : null);
    }

    /// <summary>Changes of direction that follow the change before within the flap window.</summary>
    private int Flaps(string pool)
    {
        FleetEvent[] changes = [.. _events.Where(e => e.Pool == pool && e.Change is FleetChange.ScaleUp or FleetChange.ScaleDown)];
        return Enumerable.Range(1, Math.Max(0, changes.Length - 1))
            .Count(i => changes[i].Change != changes[i - 1].Change && changes[i].Time - changes[i - 1].Time <= FleetResult.FlapWindow);
    }
}
