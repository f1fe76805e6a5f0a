using LlmSim.Model.Units;
using LlmSim.Schedules.Serving;

namespace LlmSim.Schedules.Fleet;

/// <summary>Where a replica is in its life.</summary>
internal enum ReplicaState
{
    /// <summary>It does not take requests yet.</summary>
    Starting,

    /// <summary>It takes requests.</summary>
    Ready,

    /// <summary>It finishes what it has.</summary>
    Draining,

    /// <summary>It is no more.</summary>
    Gone,
}

/// <summary>A replica of a fleet: its engine, its place and its life.</summary>
internal sealed class FleetReplica
{
    internal required Replica Engine { get; init; }

    internal required NodeSlot Place { get; init; }

    internal required int Version { get; init; }

    internal required Instant Asked { get; init; }

    internal ReplicaState State { get; set; }

    internal bool IsLive => State is ReplicaState.Starting or ReplicaState.Ready;
}
