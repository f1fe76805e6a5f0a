using System.Collections.Immutable;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;
using LlmSim.Schedules.Fleet;

namespace LlmSim.Planning.Scenarios;

/// <summary>How a fleet of replicas comes and goes.</summary>
public sealed record FleetOptions
{
    /// <summary>What holds for the replicas of the file itself.</summary>
    public required PoolOptions Main { get; init; }

    /// <summary>Pools beside that of the file.</summary>
    public ImmutableArray<PoolOptions> Pools { get; init; } = [];

    /// <summary>Stages before and after the model.</summary>
    public ImmutableArray<GraphStage> Graph { get; init; } = [];

    /// <summary>Requests that may wait at the gateway; null for no limit.</summary>
    public int? GatewayQueue { get; init; }
}

/// <summary>How replicas of one kind come and go.</summary>
public sealed record PoolOptions
{
    /// <summary>What reports call it.</summary>
    public required string Name { get; init; }

    /// <summary>Its place in the file, such as <c>fleet.pools[0]</c>.</summary>
    public required string Path { get; init; }

    /// <summary>The accelerator; null for that of the file, or of the pool's node.</summary>
    public RecordReference? Accelerator { get; init; }

    /// <summary>The node; null for that of the file, or the usual one of the pool's accelerator.</summary>
    public RecordReference? Node { get; init; }

    /// <summary>The layout of a replica; null for that of the file.</summary>
    public ParallelLayout? Parallel { get; init; }

    /// <summary>Replicas that are ready at the start; null for as many as <c>serving.replicas</c> says.</summary>
    public int? Replicas { get; init; }

    /// <summary>Rent of one accelerator; null for that of the file.</summary>
    public UsdPerHour? AcceleratorHour { get; init; }

    /// <summary>How the number of replicas follows the load; null where it stays.</summary>
    public AutoscalerPlan? Autoscaler { get; init; }

    /// <summary>What a replica goes through before it is ready.</summary>
    public required ColdStart ColdStart { get; init; }

    /// <summary>Where machines come from; null where each replica has its own, at once.</summary>
    public NodePlan? Nodes { get; init; }

    /// <summary>A rolling update; null for none.</summary>
    public RolloutPlan? Rollout { get; init; }

    /// <summary>How replicas fail; null where they do not.</summary>
    public FaultPlan? Faults { get; init; }

    /// <summary>How long a replica that is taken out may finish what it has.</summary>
    public required Seconds Grace { get; init; }
}
