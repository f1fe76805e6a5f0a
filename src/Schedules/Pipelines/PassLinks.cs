namespace LlmSim.Schedules.Pipelines;

/// <summary>Numbers what passes produce, and says which product each pass waits for.</summary>
/// <remarks>
/// Products of chunk g and micro-batch i: the activations, the input gradient, the weight gradient, each in a table of p·v·m. A pass waits for at
/// most one product: forward for the activations of chunk g − 1; a backward for the input gradient of chunk g + 1, in the last chunk for its own
/// activations; a weight gradient for its own input gradient. That a backward also needs the activations of its own forward follows, because the
/// chain to it runs through that forward.
/// </remarks>
internal readonly struct PassLinks(PipelineShape shape)
{
    /// <summary>Nothing to wait for: micro-batches enter the first chunk at any time.</summary>
    internal const int Nothing = -1;

    private readonly int _table = checked(shape.GlobalChunks * shape.MicroBatches);

    /// <summary>Products of all passes.</summary>
    internal int Products => checked(3 * _table);

    /// <summary>What others wait for when they wait for this pass.</summary>
    internal int Product(int stage, Pass pass) => pass.Kind switch
    {
        PassKind.Forward => Slot(stage, pass),
        PassKind.BackwardInput or PassKind.Backward => _table + Slot(stage, pass),
        _ => (2 * _table) + Slot(stage, pass),
    };

    /// <summary>The weight gradient that a pass makes, or <see cref="Nothing"/>.</summary>
    internal int WeightProduct(int stage, Pass pass) =>
        pass.Kind is PassKind.Backward or PassKind.BackwardWeight ? (2 * _table) + Slot(stage, pass) : Nothing;

    /// <summary>The product that a pass waits for, or <see cref="Nothing"/>.</summary>
    internal int Needs(int stage, Pass pass)
    {
        int slot = Slot(stage, pass);
        switch (pass.Kind)
        {
            case PassKind.Forward:
                return slot < shape.MicroBatches ? Nothing : slot - shape.MicroBatches;
            case PassKind.BackwardInput or PassKind.Backward:
                return slot >= _table - shape.MicroBatches ? slot : _table + slot + shape.MicroBatches;
            default:
                return _table + slot;
        }
    }

    /// <summary>The stage whose pass waits for the product across a hop, or <see cref="Nothing"/>.</summary>
    internal int Receiver(int stage, Pass pass)
    {
        int chunk = shape.GlobalChunk(stage, pass.Chunk);
        return pass.Kind switch
        {
            PassKind.Forward when chunk + 1 < shape.GlobalChunks => (chunk + 1) % shape.Stages,
            PassKind.BackwardInput or PassKind.Backward when chunk > 0 => (chunk - 1) % shape.Stages,
            _ => Nothing,
        };
    }

    /// <summary>Whether the product that a pass waits for comes from another stage.</summary>
    internal bool NeedsHop(int stage, Pass pass) => shape.Stages > 1 && pass.Kind switch
    {
        PassKind.Forward => stage > 0 || pass.Chunk > 0,
        PassKind.BackwardInput or PassKind.Backward => stage < shape.Stages - 1 || pass.Chunk < shape.Chunks - 1,
        _ => false,
    };

    private int Slot(int stage, Pass pass) => (shape.GlobalChunk(stage, pass.Chunk) * shape.MicroBatches) + pass.MicroBatch;
}
