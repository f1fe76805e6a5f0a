using System.Collections.Immutable;

namespace LlmSim.Schedules.Pipelines;

/// <summary>The size of a pipeline.</summary>
/// <param name="Stages">Stages p, at least 1.</param>
/// <param name="MicroBatches">Micro-batches m of a step, at least 1.</param>
/// <param name="Chunks">Chunks of layers v on each stage, at least 1.</param>
public readonly record struct PipelineShape(int Stages, int MicroBatches, int Chunks)
{
    /// <summary>Chunks of the whole model, p·v, in the order of the forward pass.</summary>
    public int GlobalChunks => Stages * Chunks;

    /// <summary>Where a chunk of a stage stands in the order of the forward pass: chunks are dealt to the stages in turn.</summary>
    /// <remarks>The looping placement of Narayanan et al. 2021 (Megatron-LM), section 2.2.</remarks>
    public int GlobalChunk(int stage, int chunk) => (chunk * Stages) + stage;
}

/// <summary>The order in which each stage runs its passes. Holds no times: costs are applied at replay.</summary>
/// <param name="Name">Name of the schedule in <see cref="PipelineSchedules"/>.</param>
/// <param name="Stages">Stages p.</param>
/// <param name="MicroBatches">Micro-batches m.</param>
/// <param name="Chunks">Chunks of layers v on each stage.</param>
/// <param name="ByStage">The passes of each stage, first to last.</param>
public sealed record PipelineSchedule(string Name, int Stages, int MicroBatches, int Chunks, ImmutableArray<ImmutableArray<Pass>> ByStage)
{
    /// <summary>The three sizes together.</summary>
    public PipelineShape Shape => new(Stages, MicroBatches, Chunks);
}
