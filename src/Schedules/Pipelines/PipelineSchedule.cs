using System.Collections.Immutable;

namespace LlmSim.Schedules.Pipelines;

/// <summary>The order in which each stage runs its passes. Holds no times: costs are applied at replay.</summary>
/// <param name="Name">Name of the schedule in <see cref="PipelineSchedules"/>.</param>
/// <param name="Shape">Stages, micro-batches, chunks, and where they lie.</param>
/// <param name="ByStage">The passes of each stage, first to last.</param>
public sealed record PipelineSchedule(string Name, PipelineShape Shape, ImmutableArray<ImmutableArray<Pass>> ByStage)
{
    /// <summary>Stages p.</summary>
    public int Stages => Shape.Stages;

    /// <summary>Micro-batches m.</summary>
    public int MicroBatches => Shape.MicroBatches;

    /// <summary>Chunks of layers v on each stage.</summary>
    public int Chunks => Shape.Chunks;

    /// <summary>Copies of its parameters that the stage with most of them keeps: 2 where the pipeline runs both ways, versions where weights are stashed.</summary>
    public int ParameterCopies { get; init; } = 1;

    /// <summary>Whether one step runs into the next without a flush, so that filling and draining are paid once a run.</summary>
    public bool Flushless { get; init; }

    /// <summary>Passes of all stages.</summary>
    public int PassCount => ByStage.Sum(static passes => passes.Length);
}
