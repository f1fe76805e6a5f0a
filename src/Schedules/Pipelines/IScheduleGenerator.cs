using System.Collections.Immutable;
using LlmSim.Model.Memory;
using LlmSim.Model.Parallelism;

namespace LlmSim.Schedules.Pipelines;

/// <summary>Writes down a pipeline schedule for any size that it can serve.</summary>
public interface IScheduleGenerator
{
    /// <summary>What the schedule does, in half a sentence.</summary>
    string Meaning { get; }

    /// <summary>Paper or software that it comes from.</summary>
    string Source { get; }

    /// <summary>Where its chunks lie.</summary>
    ChunkPlacement Placement => ChunkPlacement.Looping;

    /// <summary>Chunks that a stage has where a number was asked for; another number than asked is a <see cref="Problem"/> unless 1 was asked.</summary>
    int Chunks(int requested) => 1;

    /// <summary>Copies of the parameters that the fullest stage keeps.</summary>
    int ParameterCopies(PipelineShape shape) => 1;

    /// <summary>Whether steps follow each other without a flush.</summary>
    bool Flushless => false;

    /// <summary>Most micro-batches whose activations a stage may hold, where the schedule keeps to a limit of its own; null for none.</summary>
    double? MemoryLimit(PipelineShape shape) => null;

    /// <summary>How many micro-batches each stage keeps, where a rule by stage says it; null where the memory limit holds on all stages alike.</summary>
    InFlightRule? InFlight => null;

    /// <summary>Why the schedule does not exist for this size; empty where it does.</summary>
    string Problem(PipelineShape shape);

    /// <summary>The passes of each stage in their order.</summary>
    /// <param name="order">A size without problem, and for what the schedule is to be good.</param>
    ImmutableArray<ImmutableArray<Pass>> Order(ScheduleOrder order);
}

/// <summary>What a schedule is asked for.</summary>
/// <param name="Shape">The size.</param>
/// <param name="Costs">Times that an automatic scheduler plans with; equal times of all passes where none were given.</param>
/// <param name="MemoryLimit">Most micro-batches whose activations a stage may hold, a whole stage counting 1; null for the schedule's own.</param>
public sealed record ScheduleOrder(PipelineShape Shape, StageCosts Costs, double? MemoryLimit)
{
    /// <summary>Orders stage by stage, for schedules in which no stage needs to know the others.</summary>
    public ImmutableArray<ImmutableArray<Pass>> ByStage(Func<int, IEnumerable<Pass>> order) =>
        [.. Enumerable.Range(0, Shape.Stages).Select(stage => order(stage).ToImmutableArray())];
}
