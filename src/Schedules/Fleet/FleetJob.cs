using System.Collections.Immutable;
using LlmSim.Schedules.Serving;

namespace LlmSim.Schedules.Fleet;

/// <summary>A fleet to simulate: pools of replicas behind one router, and the stages of the graph around them.</summary>
public sealed record FleetJob
{
    /// <summary>Pools; the first says how long the run is watched and how requests are routed.</summary>
    public required ImmutableArray<FleetPool> Pools { get; init; }

    /// <summary>Stages before and after the model; empty for none.</summary>
    public ImmutableArray<GraphStage> Graph { get; init; } = [];

    /// <summary>Seed of failures and of the stages' draws.</summary>
    public long Seed { get; init; }

    /// <summary>Requests that may wait at the gateway for a replica to be ready; more are refused.</summary>
    public int GatewayQueue { get; init; } = int.MaxValue;

    /// <summary>Settings that hold for all pools.</summary>
    public ServeSettings Settings => Pools[0].Job.Settings;
}
