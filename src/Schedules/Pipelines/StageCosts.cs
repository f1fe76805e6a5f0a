using System.Collections.Immutable;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Pipelines;

/// <summary>What the passes of a micro-batch cost, for each chunk in the order of the forward pass; chunk number n lies on stage n mod p.</summary>
public sealed record StageCosts
{
    /// <summary>Stages p.</summary>
    public required int Stages { get; init; }

    /// <summary>Time of the forward pass of each chunk.</summary>
    public required ImmutableArray<Seconds> Forward { get; init; }

    /// <summary>Time of the gradient of the inputs of each chunk.</summary>
    public required ImmutableArray<Seconds> BackwardInput { get; init; }

    /// <summary>Time of the gradient of the weights of each chunk.</summary>
    public required ImmutableArray<Seconds> BackwardWeight { get; init; }

    /// <summary>Time of a message between neighbouring stages. It delays the receiver and occupies nobody.</summary>
    public Seconds Transfer { get; init; }

    /// <summary>Equal stages, each of whose chunks takes a share of the stage's time.</summary>
    public static StageCosts Uniform(int stages, int chunks, Seconds forward, Seconds backwardInput, Seconds backwardWeight, Seconds transfer = default) => new()
    {
        Stages = stages,
        Forward = [.. Enumerable.Repeat(forward / chunks, stages * chunks)],
        BackwardInput = [.. Enumerable.Repeat(backwardInput / chunks, stages * chunks)],
        BackwardWeight = [.. Enumerable.Repeat(backwardWeight / chunks, stages * chunks)],
        Transfer = transfer,
    };

    /// <summary>Time of a pass.</summary>
    public Seconds Of(PassKind kind, int number) => kind switch
    {
        PassKind.Forward => Forward[number],
        PassKind.BackwardInput => BackwardInput[number],
        PassKind.BackwardWeight => BackwardWeight[number],
        _ => BackwardInput[number] + BackwardWeight[number],
    };
}
