using System.Collections.Immutable;

namespace LlmSim.Schedules.Pipelines;

/// <summary>Naive model parallelism: one micro-batch is in the pipeline at a time, so one stage works and the others wait.</summary>
public sealed class NaivePipeline : IScheduleGenerator
{
    /// <inheritdoc/>
    public string Meaning => "one micro-batch at a time, forward and back through all stages";

    /// <inheritdoc/>
    public string Source => "the baseline of Huang et al. 2019 (GPipe), arXiv 1811.06965, figure 2b";

    /// <inheritdoc/>
    public double? MemoryLimit(PipelineShape shape) => 1;

    /// <inheritdoc/>
    public string Problem(PipelineShape shape) => string.Empty;

    /// <inheritdoc/>
    public ImmutableArray<ImmutableArray<Pass>> Order(ScheduleOrder order) => order.ByStage(_ => OfAnyStage(order.Shape));

    /// <summary>The first stage takes up a micro-batch when the one before has come back; the others follow.</summary>
    private static IEnumerable<Pass> OfAnyStage(PipelineShape shape)
    {
        for (int microBatch = 0; microBatch < shape.MicroBatches; microBatch++)
        {
            yield return new(PassKind.Forward, microBatch, 0);
            yield return new(PassKind.Backward, microBatch, 0);
        }
    }
}
