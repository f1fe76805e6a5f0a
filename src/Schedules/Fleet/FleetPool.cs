using LlmSim.Model.Hardware;
using LlmSim.Model.Memory;
using LlmSim.Model.Units;
using LlmSim.Schedules.Serving;

namespace LlmSim.Schedules.Fleet;

/// <summary>Replicas of one kind, on one kind of machine.</summary>
public sealed record FleetPool
{
    /// <summary>What reports call it.</summary>
    public required string Name { get; init; }

    /// <summary>The model, the machines and the batching of one replica; its replicas are those that are ready at the start.</summary>
    public required ServeJob Job { get; init; }

    /// <summary>How the number of replicas follows the load; null where it stays.</summary>
    public AutoscalerPlan? Autoscaler { get; init; }

    /// <summary>What a replica goes through before it is ready.</summary>
    public ColdStart ColdStart { get; init; } = new();

    /// <summary>Where machines come from; null where each replica has its own, at once.</summary>
    public NodePlan? Nodes { get; init; }

    /// <summary>A rolling update; null for none.</summary>
    public RolloutPlan? Rollout { get; init; }

    /// <summary>How replicas fail; null where they do not.</summary>
    public FaultPlan? Faults { get; init; }

    /// <summary>How long a replica that is taken out may finish what it has; what is left then is lost.</summary>
    public Seconds Grace { get; init; } = new(30);

    /// <summary>Bytes of the weights of one replica.</summary>
    public Bytes Weights => Job.Weights.Size() * ParameterSharding.Whole(Job.Architecture);

    /// <summary>Nodes that one replica occupies, at least one.</summary>
    public int NodesPerReplica => (Job.Layout.WorldSize + Job.Node.Devices - 1) / Job.Node.Devices;

    /// <summary>Replicas that fit on one node, at least one.</summary>
    public int ReplicasPerNode => Math.Max(1, Job.Node.Devices / Job.Layout.WorldSize);

    /// <summary>How long a replica takes to start on a node that is there.</summary>
    public Seconds StartTime(bool isNew) => ColdStart.Time(Weights, ToDevices, isNew);

    /// <summary>Rate at which hosts fill the devices of a replica: each device over its own link.</summary>
    public Bandwidth ToDevices => (Job.Node.Accelerator.HostLink?.Bandwidth ?? Job.Node.Accelerator.MemoryBandwidth) * Job.Layout.WorldSize;
}
