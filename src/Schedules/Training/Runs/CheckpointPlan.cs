using LlmSim.Model.Units;

namespace LlmSim.Schedules.Training.Runs;

/// <summary>Who writes a checkpoint.</summary>
public enum CheckpointLayout
{
    /// <summary>Every node writes its share at the same time.</summary>
    Sharded,

    /// <summary>Rank 0 gathers the whole state and writes it alone.</summary>
    Full,
}

/// <summary>How the state of training is saved and loaded.</summary>
public sealed record CheckpointPlan
{
    /// <summary>Working time between two checkpoints, rounded to whole steps; null for the best one, or for the end of each phase where nothing fails.</summary>
    public Seconds? Interval { get; init; }

    /// <summary>Steps between two checkpoints, in place of the interval.</summary>
    public long? IntervalSteps { get; init; }

    /// <summary>Who writes.</summary>
    public CheckpointLayout Layout { get; init; }

    /// <summary>Whether the run goes on once the state is copied to host memory, while it is written (as torch.distributed.checkpoint's async_save).</summary>
    public bool Asynchronous { get; init; }

    /// <summary>Whether optimizer state is saved with the weights; without it a restart is not exact.</summary>
    public bool OptimizerState { get; init; } = true;

    /// <summary>Bandwidth of writing over all nodes together; null where each node has drives of its own.</summary>
    public Bandwidth? SharedWrite { get; init; }

    /// <summary>Bandwidth of reading over all nodes together; null for that of writing.</summary>
    public Bandwidth? SharedRead { get; init; }

    /// <summary>Bandwidth of one node to its storage: its drives, or its way to the shared storage; null for the node's network.</summary>
    public Bandwidth? Node { get; init; }
}
