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

    /// <summary>The times of a part of the layers.</summary>
    public static PassTimes operator /(PassTimes times, double parts) => new(times.Forward / parts, times.BackwardInput / parts, times.BackwardWeight / parts);
}

/// <summary>What the passes of a pipeline cost, for replay.</summary>
public sealed record StageCosts
{
    /// <summary>Times of each chunk in the order of the forward pass, <see cref="PipelineShape.RouteLength"/> of them; see <see cref="PipelineShape.Position"/>.</summary>
    public required ImmutableArray<PassTimes> ByChunk { get; init; }

    /// <summary>Time of an overlapped pair by the position of the chunk that goes forward; empty where overlapping gains nothing.</summary>
    /// <remarks>Schedules pair a chunk with the other chunk of its stage, so one position tells both.</remarks>
    public ImmutableArray<Seconds> PairByChunk { get; init; } = [];

    /// <summary>Time from the end of a pass until its result is on another stage; occupies neither stage. Between chunks of one stage it is nothing.</summary>
    public Seconds Transfer { get; init; }

    /// <summary>How far passes stray from these times; null for not at all.</summary>
    public PassJitter? Jitter { get; init; }

    /// <summary>What follows the passes; null for nothing.</summary>
    public StepEnd? End { get; init; }

    /// <summary>The same times on all stages.</summary>
    /// <param name="shape">Stages and chunks, among which the time of a stage is divided equally.</param>
    /// <param name="stage">Times of one micro-batch in a whole stage.</param>
    /// <param name="transfer">Time of a hop between stages.</param>
    /// <param name="pair">Time of an overlapped pair of whole stages; null where overlapping gains nothing.</param>
    public static StageCosts Uniform(PipelineShape shape, PassTimes stage, Seconds transfer = default, Seconds? pair = null)
    {
        int positions = shape.RouteLength;
        return new()
        {
            ByChunk = [.. Enumerable.Repeat(stage / shape.StageParts, positions)],
            PairByChunk = pair is { } time ? [.. Enumerable.Repeat(time / shape.StageParts, positions)] : [],
            Transfer = transfer,
        };
    }

    /// <summary>The same times on all stages of a looping placement.</summary>
    /// <inheritdoc cref="Uniform(PipelineShape, PassTimes, Seconds, Seconds?)"/>
    public static StageCosts Uniform(int stages, int chunks, PassTimes stage, Seconds transfer = default) =>
        Uniform(new PipelineShape(stages, 1, chunks), stage, transfer);
}
