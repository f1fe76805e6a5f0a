using System.Collections.Immutable;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Pipelines;

/// <summary>The exchange of a chunk's gradients between replicas, once its last micro-batch has made its weight gradient.</summary>
/// <param name="Time">How long it takes with the link to itself.</param>
/// <param name="Lead">How much of it may run before that, beside the chunk's last backward pass: the buckets of layers that are done earlier.</param>
public readonly record struct GradientExchange(Seconds Time, Seconds Lead);

/// <summary>What stages do beside and after their passes.</summary>
public sealed record StepEnd
{
    /// <summary>Exchanges by position of the forward pass; a stage runs those of its chunks one after the other.</summary>
    public required ImmutableArray<GradientExchange> ByChunk { get; init; }

    /// <summary>Whether exchanges run beside passes; otherwise a stage starts them when all its passes are done.</summary>
    public bool Overlapped { get; init; }

    /// <summary>Whether messages between stages and exchanges share each stage's link, so that one slows the other.</summary>
    public bool SharedLink { get; init; }
}
