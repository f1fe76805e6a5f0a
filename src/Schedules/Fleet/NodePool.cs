using LlmSim.Model.Units;

namespace LlmSim.Schedules.Fleet;

/// <summary>A place for a replica: a node, a part of one, or several that belong together.</summary>
internal sealed class NodeSlot
{
    internal NodeSlot(NodeGroup group) => Group = group;

    internal NodeGroup Group { get; }
}

/// <summary>Nodes that come and go together. Owns how many of its places are free.</summary>
internal sealed class NodeGroup
{
    internal required Instant Asked { get; init; }

    internal required Instant Ready { get; init; }

    internal required bool Stays { get; init; }

    internal required int Free { get; set; }

    internal required int Places { get; init; }

    internal bool Used { get; set; }

    internal Instant EmptySince { get; set; }
}

/// <summary>The machines of a pool. Owns which are there, and for how long they have been paid.</summary>
internal sealed class NodePool
{
    private readonly NodePlan _plan;
    private readonly FleetAgenda _agenda;
    private readonly List<NodeGroup> _groups = [];
    private readonly int _places;
    private readonly int _nodes;
    private Seconds _released;

    internal NodePool(FleetPool pool, FleetAgenda agenda)
    {
        // Without a plan each replica has machines of its own, at once and for as long as it lives.
        _plan = pool.Nodes ?? new NodePlan { Keep = Seconds.Zero };
        _agenda = agenda;
        _places = pool.Nodes is null ? 1 : pool.ReplicasPerNode;
        _nodes = pool.NodesPerReplica;
        for (int group = 0; group < _plan.Warm / _nodes; group++)
        {
            _groups.Add(new() { Asked = Instant.Zero, Ready = Instant.Zero, Stays = true, Free = _places, Places = _places });
        }
    }

    /// <summary>Nodes that are there or asked for.</summary>
    internal int Nodes => _groups.Count * _nodes;

    /// <summary>A place on the group that is ready first; null where the quota allows none.</summary>
    internal NodeSlot? Take(Instant now)
    {
        NodeGroup? group = _groups.Where(static g => g.Free > 0).MinBy(static g => g.Ready.Nanoseconds) ?? Ask(now);
        if (group is null)
        {
            return null;
        }

        group.Free--;
        return new(group);
    }

    internal void Return(NodeSlot slot, Instant now)
    {
        NodeGroup group = slot.Group;
        group.Free++;
        if (group.Free == group.Places && !group.Stays)
        {
            group.EmptySince = now;
            _agenda.At(now + _plan.Keep, () => Release(group, now + _plan.Keep));
        }
    }

    /// <summary>Time of all nodes from when they were asked for until they went, or until now.</summary>
    internal Seconds NodeTime(Instant now) => _groups.Aggregate(_released, (sum, group) => sum + ((now - group.Asked) * _nodes));

    private NodeGroup? Ask(Instant now)
    {
        if ((long)Nodes + _nodes > _plan.Quota)
        {
            return null;
        }

        NodeGroup group = new() { Asked = now, Ready = now + _plan.Provision, Stays = false, Free = _places, Places = _places };
        _groups.Add(group);
        return group;
    }

    private void Release(NodeGroup group, Instant now)
    {
        if (group.Free == group.Places && group.EmptySince + _plan.Keep <= now && _groups.Remove(group))
        {
            _released += (now - group.Asked) * _nodes;
        }
    }
}
