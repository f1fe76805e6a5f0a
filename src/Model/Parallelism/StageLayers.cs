using System.Collections.Immutable;

namespace LlmSim.Model.Parallelism;

/// <summary>How many layers each chunk of a pipeline holds.</summary>
/// <param name="ByChunk">Layers of each chunk in the order of the forward pass.</param>
/// <param name="Stages">Pipeline stages p.</param>
/// <param name="Placement">On which stage each chunk lies; a bidirectional one has each of them on two.</param>
public sealed record StageLayers(ImmutableArray<int> ByChunk, int Stages, ChunkPlacement Placement = ChunkPlacement.Looping)
{
    /// <summary>Copies of the model that the pipeline holds.</summary>
    public int Copies => Placement == ChunkPlacement.Bidirectional ? 2 : 1;

    /// <summary>Chunks v on each stage.</summary>
    public int VirtualStages => ByChunk.Length * Copies / Stages;

    /// <summary>Layers of the whole model.</summary>
    public int Total => ByChunk.Sum();

    /// <summary>Whether all chunks hold equally many layers.</summary>
    public bool Even => ByChunk.All(count => count == ByChunk[0]);

    /// <summary>Spreads layers over p·v chunks; where that does not divide, the earliest chunks hold one more.</summary>
    /// <param name="layers">Layers of the model.</param>
    /// <param name="stages">Pipeline stages p.</param>
    /// <param name="virtualStages">Chunks v on each stage.</param>
    /// <param name="firstLastOffset">
    /// By how much the first and the last chunk differ from the rest; -1 makes room for embedding and head (Zero Bubble, table 4).
    /// </param>
    /// <param name="placement">On which stage each chunk lies; a bidirectional one has p chunks, whatever v.</param>
    public static StageLayers Split(
        int layers, int stages, int virtualStages = 1, int firstLastOffset = 0, ChunkPlacement placement = ChunkPlacement.Looping)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stages, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(virtualStages, 1);
        int chunks = placement == ChunkPlacement.Bidirectional ? stages : stages * virtualStages;
        int offset = chunks > 1 ? firstLastOffset : 0;
        int spread = layers - (2 * offset);
        var counts = ImmutableArray.CreateBuilder<int>(chunks);
        for (int chunk = 0; chunk < chunks; chunk++)
        {
            int even = (spread / chunks) + (chunk < spread % chunks ? 1 : 0);
            counts.Add(even + (chunk == 0 || chunk == chunks - 1 ? offset : 0));
        }

        return new StageLayers(counts.MoveToImmutable(), stages, placement);
    }

    /// <summary>The even distribution of a layout.</summary>
    public static StageLayers Of(int layers, ParallelLayout layout) => Split(layers, layout.Pipeline, layout.VirtualStages);

    /// <summary>Where a stage's own chunk stands in the order of the forward pass.</summary>
    public int Position(int stage, int chunk) => ChunkPositions.Of(Placement, Stages, stage, chunk);

    /// <summary>Whether a stage holds a position of the forward pass, such as 0 for the embedding.</summary>
    public bool Holds(int stage, int position) => Enumerable.Range(0, VirtualStages).Any(chunk => Position(stage, chunk) == position);

    /// <summary>Layers on a stage, all its chunks together.</summary>
    public int OnStage(int stage) => Enumerable.Range(0, VirtualStages).Sum(chunk => ByChunk[Position(stage, chunk)]);

    /// <summary>Index of the first layer of a chunk.</summary>
    public int FirstLayer(int chunk) => ByChunk.Take(chunk).Sum();

    /// <summary>Indices of the layers on a stage, all its chunks together.</summary>
    public IEnumerable<int> LayersOn(int stage)
    {
        for (int chunk = 0; chunk < VirtualStages; chunk++)
        {
            int position = Position(stage, chunk);
            int first = FirstLayer(position);
            for (int layer = first; layer < first + ByChunk[position]; layer++)
            {
                yield return layer;
            }
        }
    }
}
