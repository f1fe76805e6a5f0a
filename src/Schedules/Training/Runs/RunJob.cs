using System.Collections.Immutable;
using LlmSim.Model.Hardware;

namespace LlmSim.Schedules.Training.Runs;

/// <summary>A whole training run: phases one after the other on the same devices, with what interrupts them.</summary>
public sealed record RunJob
{
    /// <summary>Draws of failures whose mean and spread are reported, unless told otherwise.</summary>
    public const int UsualDraws = 16;

    /// <summary>The phases in their order, at least one.</summary>
    public required ImmutableArray<RunPhase> Phases { get; init; }

    /// <summary>How samples reach the devices; null where they are assumed to be there.</summary>
    public DataLoading? Loading { get; init; }

    /// <summary>How state is saved; null where it is not.</summary>
    public CheckpointPlan? Checkpoints { get; init; }

    /// <summary>What breaks, and how long it takes to go on; null where nothing does.</summary>
    public FailurePlan? Failures { get; init; }

    /// <summary>Smaller runs that look for hyper-parameters beforehand.</summary>
    public TrialPlan Trials { get; init; } = TrialPlan.None;

    /// <summary>What the building adds to energy, its price and its emissions.</summary>
    public SitePlan Site { get; init; } = SitePlan.Neutral;

    /// <summary>Seed of the failures.</summary>
    public long Seed { get; init; }

    /// <summary>Draws of failures.</summary>
    public int Draws { get; init; } = UsualDraws;

    /// <summary>The machines, the same in every phase.</summary>
    public Cluster Cluster => Phases[0].Job.Cluster;
}
