using LlmSim.Model.Parallelism;

namespace LlmSim.Schedules.Pipelines;

/// <summary>The size of a pipeline, and the way of a micro-batch through it.</summary>
/// <param name="Stages">Stages p, at least 1.</param>
/// <param name="MicroBatches">Micro-batches m of a step, at least 1.</param>
/// <param name="Chunks">Chunks of layers v on each stage, at least 1; two whole stages under a bidirectional placement.</param>
/// <param name="Placement">Where they lie.</param>
public readonly record struct PipelineShape(int Stages, int MicroBatches, int Chunks, ChunkPlacement Placement = ChunkPlacement.Looping)
{
    /// <summary>Chunks that a micro-batch passes, in the order of the forward pass.</summary>
    public int RouteLength => Placement == ChunkPlacement.Bidirectional ? Stages : Stages * Chunks;

    /// <summary>Chunks of a stage among which the work of a whole stage is divided: v, and one where each chunk is a whole stage.</summary>
    public int StageParts => Placement == ChunkPlacement.Bidirectional ? 1 : Chunks;

    /// <summary>Where a chunk of a stage stands in the order of the forward pass.</summary>
    public int Position(int stage, int chunk) => ChunkPositions.Of(Placement, Stages, stage, chunk);

    /// <summary>The stage that runs a position of the forward pass.</summary>
    /// <param name="position">From 0 to <see cref="RouteLength"/>, exclusively.</param>
    /// <param name="direction">Chunk of the neighbouring pass: under a bidirectional placement it tells which copy the micro-batch takes.</param>
    public int StageAt(int position, int direction)
    {
        int within = position % Stages;
        return Placement switch
        {
            ChunkPlacement.Looping => within,
            ChunkPlacement.Vee => position / Stages % 2 == 0 ? within : Stages - 1 - within,
            _ => direction == 0 ? within : Stages - 1 - within,
        };
    }
}
