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

    /// <summary>Forward of one micro-batch and both gradients of another, each behind the exchanges of the other (DualPipe's F&amp;B).</summary>
    Overlapped,
}

/// <summary>One item of a stage's work.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="MicroBatch">Of which micro-batch, from 0; of an overlapped pair the one that goes forward.</param>
/// <param name="Chunk">With which of the stage's own chunks of layers, from 0; of an overlapped pair the one that goes forward.</param>
public readonly record struct Pass(PassKind Kind, int MicroBatch, int Chunk)
{
    /// <summary>The micro-batch of an overlapped pair that goes backward; of no meaning elsewhere.</summary>
    public int BackwardMicroBatch { get; private init; }

    /// <summary>The chunk of an overlapped pair that goes backward; of no meaning elsewhere.</summary>
    public int BackwardChunk { get; private init; }

    /// <summary>Whether activations are made.</summary>
    public bool IsForward => Kind is PassKind.Forward or PassKind.Overlapped;

    /// <summary>Whether the gradient of the inputs is made.</summary>
    public bool IsBackward => Kind is PassKind.Backward or PassKind.BackwardInput or PassKind.Overlapped;

    /// <summary>Whether the gradient of the weights is made.</summary>
    public bool IsWeight => Kind is PassKind.Backward or PassKind.BackwardWeight or PassKind.Overlapped;

    /// <summary>The part of the pass that goes backward: of an overlapped pair its backward, else the pass itself.</summary>
    public Pass BackwardPart => Kind == PassKind.Overlapped ? new(PassKind.Backward, BackwardMicroBatch, BackwardChunk) : this;

    /// <summary>Joins a forward and a full backward that overlap.</summary>
    public static Pass Pair(int forwardMicroBatch, int forwardChunk, int backwardMicroBatch, int backwardChunk) =>
        new(PassKind.Overlapped, forwardMicroBatch, forwardChunk) { BackwardMicroBatch = backwardMicroBatch, BackwardChunk = backwardChunk };

    /// <summary>The pass in the short notation of pipeline diagrams, such as <c>F3.0</c>.</summary>
    public override string ToString() => Kind switch
    {
        PassKind.Forward => $"F{MicroBatch}.{Chunk}",
        PassKind.BackwardInput => $"I{MicroBatch}.{Chunk}",
        PassKind.BackwardWeight => $"W{MicroBatch}.{Chunk}",
        PassKind.Backward => $"B{MicroBatch}.{Chunk}",
        PassKind.Overlapped => $"F{MicroBatch}.{Chunk}&B{BackwardMicroBatch}.{BackwardChunk}",
        _ => "?",
    };
}
