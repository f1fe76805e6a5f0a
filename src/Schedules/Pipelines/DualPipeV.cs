using System.Collections.Immutable;
using LlmSim.Model.Parallelism;

namespace LlmSim.Schedules.Pipelines;

/// <summary>DualPipeV: DualPipe cut in half. A micro-batch runs down the stages and up again, so one copy of the model is enough.</summary>
/// <remarks>
/// Qi et al. 2025 ("cut-in-half" of DualPipe, Sea AI Lab) and the published implementation of DeepSeek. Each stage holds two chunks, each half
/// of a stage's layers. Idle time of a stage with equal stages of whole-stage times: (p − 1)(F&amp;B + B − 3W)/2.
/// </remarks>
public sealed class DualPipeV : IScheduleGenerator
{
    private const int ChunksOfStage = 2;

    /// <inheritdoc/>
    public string Meaning => "down the stages and up again; forward and backward overlap each other's exchanges";

    /// <inheritdoc/>
    public string Source => "Qi et al. 2025, DualPipe cut in half; DeepSeek's DualPipeV";

    /// <inheritdoc/>
    public ChunkPlacement Placement => ChunkPlacement.Vee;

    /// <inheritdoc/>
    public int Chunks(int requested) => ChunksOfStage;

    /// <inheritdoc/>
    public double? MemoryLimit(PipelineShape shape) => shape.Stages + 0.5;

    /// <inheritdoc/>
    public string Problem(PipelineShape shape) => shape.MicroBatches >= 2 * shape.Stages
        ? string.Empty
        : $"dualpipe-v needs at least {2 * shape.Stages} micro-batches for {shape.Stages} stages, not {shape.MicroBatches}";

    /// <inheritdoc/>
    public ImmutableArray<ImmutableArray<Pass>> Order(ScheduleOrder order) => order.ByStage(stage => OfStage(order.Shape, stage));

    private static ImmutableArray<Pass> OfStage(PipelineShape shape, int stage)
    {
        int toLast = shape.Stages - stage - 1;
        var passes = new DualPassWriter(near: 0, far: 1, shape.MicroBatches, secondCopyStartsAt: 0);
        passes.FillNear(2 * toLast);
        passes.FillBoth(stage + 1);
        passes.BackwardWeightForward(toLast);
        passes.Steady(shape.MicroBatches - (2 * shape.Stages) + stage + 1, isFirstApart: toLast == 0);
        passes.BackwardAndPair(toLast);
        passes.DrainBoth(stage + 1);
        passes.WeightAndBackward(toLast);
        passes.Weights();
        return passes.Done();
    }
}
