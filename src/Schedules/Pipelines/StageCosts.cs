using System.Collections.Immutable;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Pipelines;

/// <summary>How long one micro-batch takes in one chunk of layers.</summary>
/// <param name="Forward">Forward.</param>
/// <param name="BackwardInput">Gradient of the inputs, with what is computed again for it.</param>
/// <param name="BackwardWeight">Gradient of the weights.</param>
public readonly record struct PassTimes(Seconds Forward, Seconds BackwardInput, Seconds BackwardWeight)
{
    /// <summary>Both gradients at once.</summary>
    public Seconds Backward => BackwardInput + BackwardWeight;

    /// <summary>All passes of the micro-batch.</summary>
    public Seconds Whole => Forward + Backward;

    /// <summary>The time of a kind of pass.</summary>
    public Seconds Of(PassKind kind) => kind switch
    {
        PassKind.Forward => Forward,
        PassKind.BackwardInput => BackwardInput,
        PassKind.BackwardWeight => BackwardWeight,
        PassKind.Backward => Backward,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}

/// <summary>What the passes of a pipeline cost, for replay.</summary>
public sealed record StageCosts
{
    /// <summary>Times of each chunk in the order of the forward pass: chunk c of stage s stands at c·p + s.</summary>
    public required ImmutableArray<PassTimes> ByChunk { get; init; }

    /// <summary>Time from the end of a pass until its result is on another stage; occupies neither stage. Between chunks of one stage it is nothing.</summary>
    public Seconds Transfer { get; init; }

    /// <summary>The same times on all stages.</summary>
    /// <param name="stages">Stages p.</param>
    /// <param name="chunks">Chunks v of a stage, among which its time is divided equally.</param>
    /// <param name="stage">Times of one micro-batch in a whole stage.</param>
    /// <param name="transfer">Time of a hop between stages.</param>
    public static StageCosts Uniform(int stages, int chunks, PassTimes stage, Seconds transfer = default)
    {
        var chunk = new PassTimes(stage.Forward / chunks, stage.BackwardInput / chunks, stage.BackwardWeight / chunks);
        return new() { ByChunk = [.. Enumerable.Repeat(chunk, stages * chunks)], Transfer = transfer };
    }
}
