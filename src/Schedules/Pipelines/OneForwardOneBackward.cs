namespace LlmSim.Schedules.Pipelines;

/// <summary>1F1B: a few forwards to fill the pipeline, then one forward and one backward in turn, then the backwards that are left.</summary>
/// <remarks>PipeDream-Flush (Narayanan et al. 2020), as Megatron-LM runs it: stage s fills with p − s − 1 micro-batches, so it holds at most p − s at once.</remarks>
public sealed class OneForwardOneBackward : IScheduleGenerator
{
    /// <inheritdoc/>
    public string Problem(PipelineShape shape) => shape.Chunks == 1
        ? string.Empty
        : $"1f1b keeps one chunk of layers on each stage, not {shape.Chunks}: take interleaved-1f1b, or 1 virtual stage";

    /// <inheritdoc/>
    public IEnumerable<Pass> Order(PipelineShape shape, int stage)
    {
        int ahead = Math.Min(shape.MicroBatches, shape.Stages - stage - 1);
        for (int forward = 0; forward < shape.MicroBatches + ahead; forward++)
        {
            if (forward < shape.MicroBatches)
            {
                yield return new(PassKind.Forward, forward, 0);
            }

            if (forward >= ahead)
            {
                yield return new(PassKind.Backward, forward - ahead, 0);
            }
        }
    }
}
