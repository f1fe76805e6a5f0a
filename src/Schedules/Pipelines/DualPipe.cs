using System.Collections.Immutable;
using LlmSim.Model.Parallelism;

namespace LlmSim.Schedules.Pipelines;

/// <summary>DualPipe: both directions over two copies of the model, with the forward of one micro-batch overlapped with the backward of another.</summary>
/// <remarks>
/// DeepSeek-AI 2024 (DeepSeek-V3), section 3.2.1 and figure 5, and the eight phases of the published implementation. The first half of the micro-batches
/// enters at the first stage, the second at the last. Idle time of a stage with equal stages: (p/2 − 1)(F&amp;B + B − 3W).
/// </remarks>
public sealed class DualPipe : IScheduleGenerator
{
    private const int Copies = 2;

    /// <inheritdoc/>
    public string Meaning => "two directions over two copies of the model; forward and backward overlap each other's exchanges";

    /// <inheritdoc/>
    public string Source => "DeepSeek-AI 2024, arXiv 2412.19437, section 3.2.1";

    /// <inheritdoc/>
    public ChunkPlacement Placement => ChunkPlacement.Bidirectional;

    /// <inheritdoc/>
    public int Chunks(int requested) => Copies;

    /// <inheritdoc/>
    public int ParameterCopies(PipelineShape shape) => Copies;

    /// <inheritdoc/>
    public double? MemoryLimit(PipelineShape shape) => shape.Stages + 1;

    /// <inheritdoc/>
    public string Problem(PipelineShape shape)
    {
        if (shape.Stages % 2 != 0)
        {
            return $"dualpipe runs two ways and needs an even number of stages, not {shape.Stages}";
        }

        return shape.MicroBatches % 2 == 0 && shape.MicroBatches >= 2 * shape.Stages
            ? string.Empty
            : $"dualpipe needs an even number of micro-batches, at least {2 * shape.Stages} for {shape.Stages} stages (both directions together), not {shape.MicroBatches}";
    }

    /// <inheritdoc/>
    public ImmutableArray<ImmutableArray<Pass>> Order(ScheduleOrder order) => order.ByStage(stage => OfStage(order.Shape, stage));

    /// <summary>The eight phases; "near" is the direction in which the stage stands in the first half of the way, "far" the other.</summary>
    private static ImmutableArray<Pass> OfStage(PipelineShape shape, int stage)
    {
        int half = shape.Stages / 2;
        int fromEdge = Math.Min(stage, shape.Stages - 1 - stage);
        int toMiddle = half - fromEdge - 1;
        int near = stage < half ? 0 : 1;
        var passes = new DualPassWriter(near, 1 - near, shape.MicroBatches / 2, secondCopyStartsAt: shape.MicroBatches / 2);
        passes.FillNear(2 * toMiddle);
        passes.FillBoth(fromEdge + 1);
        passes.BackwardWeightForward(toMiddle);
        passes.Steady((shape.MicroBatches / 2) - shape.Stages + fromEdge + 1, isFirstApart: toMiddle == 0);
        passes.BackwardAndPair(toMiddle);
        passes.DrainBoth(fromEdge + 1);
        passes.WeightAndBackward(toMiddle);
        passes.Weights();
        return passes.Done();
    }
}
