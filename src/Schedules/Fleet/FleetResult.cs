using System.Collections.Immutable;
using LlmSim.Model.Units;
using LlmSim.Schedules.Serving;

namespace LlmSim.Schedules.Fleet;

/// <summary>A pool at the end of a run.</summary>
/// <param name="Name">What reports call it.</param>
/// <param name="ReplicaTime">Time of all its replicas, from when each was asked for until it was gone.</param>
/// <param name="NodeTime">Time of all its nodes, likewise.</param>
/// <param name="DeviceTime">Time of all accelerators of those nodes; of its replicas where it has no nodes of its own.</param>
/// <param name="BusyTime">Time of its replicas with an iteration in flight.</param>
/// <param name="ColdStarts">Replicas that started cold.</param>
/// <param name="MostReady">Largest number of replicas that were ready at a time.</param>
/// <param name="Rent">What the devices cost; null where no price was given.</param>
public sealed record PoolResult(
    string Name, Seconds ReplicaTime, Seconds NodeTime, Seconds DeviceTime, Seconds BusyTime, int ColdStarts, int MostReady, Usd? Rent);

/// <summary>A stage around the model at the end of a run.</summary>
/// <param name="Name">What reports call it.</param>
/// <param name="Served">Requests that passed through it.</param>
/// <param name="MeanWait">How long they waited for a server on average.</param>
/// <param name="Utilization">Share of its servers' time in which they worked.</param>
public sealed record StageResult(string Name, long Served, Seconds MeanWait, double Utilization);

/// <summary>What a fleet showed.</summary>
public sealed record FleetResult
{
    /// <summary>The requests, over all pools; its replicas are those that were ever ready at the same time, at most.</summary>
    public required ServeResult Serving { get; init; }

    /// <summary>The pools.</summary>
    public required ImmutableArray<PoolResult> Pools { get; init; }

    /// <summary>The stages around the model.</summary>
    public required ImmutableArray<StageResult> Stages { get; init; }

    /// <summary>Every change, in order of time.</summary>
    public required ImmutableArray<FleetEvent> Events { get; init; }

    /// <summary>Requests that were sent again because their replica was gone.</summary>
    public required long Resent { get; init; }

    /// <summary>Requests that found no replica ready.</summary>
    public required long HeldAtGateway { get; init; }

    /// <summary>Changes of direction of an autoscaler within <see cref="FlapWindow"/> of the change before.</summary>
    public required int Flaps { get; init; }

    /// <summary>Two opposite changes within this time are one flap.</summary>
    public static Seconds FlapWindow { get; } = new(600);

    /// <summary>Changes of one kind.</summary>
    public int Count(FleetChange change) => Events.Count(e => e.Change == change);
}
