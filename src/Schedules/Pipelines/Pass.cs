namespace LlmSim.Schedules.Pipelines;

/// <summary>What a stage does with a micro-batch.</summary>
public enum PassKind
{
    /// <summary>Forward.</summary>
    Forward,

    /// <summary>Gradient of inputs and weights at once.</summary>
    Backward,

    /// <summary>Gradient of inputs alone: what the stage before waits for.</summary>
    BackwardInput,

    /// <summary>Gradient of weights alone, at any time after that of the inputs.</summary>
    BackwardWeight,
}

/// <summary>One pass of a micro-batch through one chunk of layers.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="MicroBatch">The micro-batch, from zero.</param>
/// <param name="Chunk">The chunk of the stage, from zero; always zero without interleaving.</param>
public readonly record struct Pass(PassKind Kind, int MicroBatch, int Chunk);
