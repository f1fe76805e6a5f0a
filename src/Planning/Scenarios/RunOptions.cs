using System.Collections.Immutable;
using LlmSim.Model.Parallelism;
using LlmSim.Schedules.Training.Runs;

namespace LlmSim.Planning.Scenarios;

/// <summary>What a whole training run consists of, and what interrupts it.</summary>
public sealed record RunOptions
{
    /// <summary>The phases in their order; empty where the run is one phase of the training section.</summary>
    public required ImmutableArray<PhaseOptions> Phases { get; init; }

    /// <summary>How samples reach the devices; null where they are assumed to be there.</summary>
    public DataLoading? Loading { get; init; }

    /// <summary>How state is saved; null where it is not.</summary>
    public CheckpointOptions? Checkpoint { get; init; }

    /// <summary>What breaks; null where nothing does.</summary>
    public FailurePlan? Failures { get; init; }

    /// <summary>Smaller runs that look for hyper-parameters.</summary>
    public TrialPlan? Trials { get; init; }

    /// <summary>The building and its grid.</summary>
    public SitePlan? Site { get; init; }
}

/// <summary>How state is saved, the kind of drive not yet looked up.</summary>
/// <param name="Plan">All but the drives.</param>
/// <param name="Drive">The kind of the node's drives; null where the storage is shared.</param>
/// <param name="Drives">Drives of each node.</param>
public sealed record CheckpointOptions(CheckpointPlan Plan, RecordReference? Drive, int Drives);

/// <summary>A phase of a run: what it does not say is as in the training section.</summary>
public sealed record PhaseOptions
{
    /// <summary>What reports call it.</summary>
    public required string Name { get; init; }

    /// <summary>Dotted path of the phase in the file.</summary>
    public required string Path { get; init; }

    /// <summary>Tokens to train on; null where steps are given.</summary>
    public long? Tokens { get; init; }

    /// <summary>Optimizer steps; null where tokens are given.</summary>
    public long? Steps { get; init; }

    /// <summary>Tokens in one sequence; null for that of the training section.</summary>
    public int? SequenceLength { get; init; }

    /// <summary>Sequences in one optimizer step; null for that of the training section.</summary>
    public int? GlobalBatch { get; init; }

    /// <summary>Sequences in one microbatch; null for that of the training section.</summary>
    public int? MicroBatch { get; init; }

    /// <summary>The layout; null for that of the scenario.</summary>
    public ParallelLayout? Parallel { get; init; }
}
