namespace LlmSim.Schedules.Pipelines;

/// <summary>What a stage does with one micro-batch.</summary>
public enum PassKind
{
    /// <summary>Forward through the layers of a chunk.</summary>
    Forward,

    /// <summary>Gradient of the inputs only; what the stage before waits for.</summary>
    BackwardInput,

    /// <summary>Gradient of the weights only; nothing but the optimizer waits for it.</summary>
    BackwardWeight,

    /// <summary>Both gradients at once; the input gradient is sent at the end.</summary>
    Backward,
}

/// <summary>One item of a stage's work.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="MicroBatch">Of which micro-batch, from 0.</param>
/// <param name="Chunk">With which of the stage's own chunks of layers, from 0.</param>
public readonly record struct Pass(PassKind Kind, int MicroBatch, int Chunk)
{
    /// <summary>The pass in the short notation of pipeline diagrams, such as <c>F3.0</c>.</summary>
    public override string ToString()
    {
        string letter = Kind switch
        {
            PassKind.Forward => "F",
            PassKind.BackwardInput => "I",
            PassKind.BackwardWeight => "W",
            PassKind.Backward => "B",
            _ => "?",
        };
        return $"{letter}{MicroBatch}.{Chunk}";
    }
}
