using System.Collections.Immutable;

namespace LlmSim.Schedules.Pipelines;

/// <summary>The order in which each stage runs its passes. Holds no times: costs are applied at replay.</summary>
/// <param name="Name">Name in <see cref="PipelineSchedules"/>.</param>
/// <param name="Stages">Stages p.</param>
/// <param name="MicroBatches">Micro-batches m of a step.</param>
/// <param name="Chunks">Chunks v of layers on each stage. Chunk c of stage i is number c·p + i in the order of the forward pass.</param>
/// <param name="ByStage">The passes of each stage in order.</param>
public sealed record PipelineSchedule(string Name, int Stages, int MicroBatches, int Chunks, ImmutableArray<ImmutableArray<Pass>> ByStage);
