namespace LlmSim.Schedules.Pipelines;

/// <summary>Numbers what passes produce, and says which product each pass waits for.</summary>
/// <remarks>
/// Products of position g and micro-batch i: the activations, the input gradient, the weight gradient, each in a table of positions × m. Forward
/// waits for the activations of position g − 1; a backward for the input gradient of position g + 1, at the last position for its own
/// activations; a weight gradient for its own input gradient; an overlapped pair for what its two halves wait for. That a backward also needs the
/// activations of its own forward follows, because the chain to it runs through that forward.
/// </remarks>
internal readonly struct PassLinks(PipelineShape shape)
{
    /// <summary>Nothing to wait for: micro-batches enter the first chunk at any time.</summary>
    internal const int Nothing = -1;

    private readonly int _positions = shape.RouteLength;
    private readonly int _table = checked(shape.RouteLength * shape.MicroBatches);

    /// <summary>Products of all passes.</summary>
    internal int Products => checked(3 * _table);

    /// <summary>The activations that a pass makes.</summary>
    internal int Activations(int stage, Pass pass) => Slot(shape.Position(stage, pass.Chunk), pass.MicroBatch);

    /// <summary>The input gradient that a pass or the backward half of a pair makes.</summary>
    internal int InputGradient(int stage, Pass pass)
    {
        Pass part = pass.BackwardPart;
        return _table + Slot(shape.Position(stage, part.Chunk), part.MicroBatch);
    }

    /// <summary>The weight gradient that a pass or the backward half of a pair makes.</summary>
    internal int WeightGradient(int stage, Pass pass) => _table + InputGradient(stage, pass);

    /// <summary>What the forward, backward or weight pass waits for, and whether it comes from another stage; a pair waits for <see cref="BackwardNeed"/> too.</summary>
    internal Need Needs(int stage, Pass pass)
    {
        switch (pass.Kind)
        {
            case PassKind.Forward or PassKind.Overlapped:
                int position = shape.Position(stage, pass.Chunk);
                return position == 0 ? Need.None : new(Slot(position - 1, pass.MicroBatch), shape.StageAt(position - 1, pass.Chunk) != stage);
            case PassKind.BackwardWeight:
                return new(InputGradient(stage, pass), false);
            default:
                return BackwardNeed(stage, pass);
        }
    }

    /// <summary>What the backward half of a pair, or a backward, waits for.</summary>
    internal Need BackwardNeed(int stage, Pass pass)
    {
        Pass part = pass.BackwardPart;
        int position = shape.Position(stage, part.Chunk);
        return position == _positions - 1
            ? new(Slot(position, part.MicroBatch), false)
            : new(_table + Slot(position + 1, part.MicroBatch), shape.StageAt(position + 1, part.Chunk) != stage);
    }

    /// <summary>The stage whose pass waits for the activations, or <see cref="Nothing"/>.</summary>
    internal int ForwardReceiver(int stage, Pass pass)
    {
        int next = shape.Position(stage, pass.Chunk) + 1;
        return pass.IsForward && next < _positions ? shape.StageAt(next, pass.Chunk) : Nothing;
    }

    /// <summary>The stage whose pass waits for the input gradient, or <see cref="Nothing"/>.</summary>
    internal int BackwardReceiver(int stage, Pass pass)
    {
        if (!pass.IsBackward)
        {
            return Nothing;
        }

        Pass part = pass.BackwardPart;
        int before = shape.Position(stage, part.Chunk) - 1;
        return before >= 0 ? shape.StageAt(before, part.Chunk) : Nothing;
    }

    private int Slot(int position, int microBatch) => (position * shape.MicroBatches) + microBatch;

    /// <summary>A product that a pass waits for.</summary>
    /// <param name="Product">Its number, or <see cref="Nothing"/>.</param>
    /// <param name="Hop">Whether it comes from another stage.</param>
    internal readonly record struct Need(int Product, bool Hop)
    {
        internal static readonly Need None = new(Nothing, false);
    }
}
