using LlmSim.Model.Units;

namespace LlmSim.Schedules.Pipelines;

/// <summary>What replay must give on equal stages without transfers.</summary>
/// <remarks>Narayanan et al. 2021 (Megatron-LM), sections 2.2.1 and 2.2.2.</remarks>
public static class PipelineClosedForms
{
    /// <summary>Makespan of 1F1B: (m + p − 1)(F + B).</summary>
    /// <param name="stages">Stages p.</param>
    /// <param name="microBatches">Micro-batches m.</param>
    /// <param name="stage">Times of one micro-batch in a stage.</param>
    public static Seconds OneForwardOneBackward(int stages, int microBatches, PassTimes stage) => stage.Whole * (microBatches + stages - 1);

    /// <summary>Makespan of interleaved 1F1B: m(F + B) + (p − 1)(F + B)/v.</summary>
    /// <param name="stages">Stages p.</param>
    /// <param name="microBatches">Micro-batches m, a multiple of p.</param>
    /// <param name="chunks">Chunks v of a stage.</param>
    /// <param name="stage">Times of one micro-batch in a whole stage.</param>
    public static Seconds InterleavedOneForwardOneBackward(int stages, int microBatches, int chunks, PassTimes stage) =>
        stage.Whole * (microBatches + ((stages - 1d) / chunks));
}
