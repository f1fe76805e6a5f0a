using System.Collections.Immutable;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Pipelines;

/// <summary>What a replay of a schedule showed.</summary>
public sealed record PipelineReplayResult
{
    /// <summary>From the start of the first pass to the end of the last, over all stages.</summary>
    public required Seconds Makespan { get; init; }

    /// <summary>The longest time between first start and last end of any one stage (the measure of Qi 2024, section 5.3).</summary>
    public required Seconds Span { get; init; }

    /// <summary>Time in which each stage runs passes.</summary>
    public required ImmutableArray<Seconds> BusyByStage { get; init; }

    /// <summary>Most micro-batches of which each stage keeps activations; a chunk counts its share of the stage.</summary>
    public required ImmutableArray<double> PeakLiveMicroBatchesByStage { get; init; }

    /// <summary>Every pass with its time; empty unless recorded.</summary>
    public required ImmutableArray<PassSpan> Spans { get; init; }

    /// <summary>Share of the span in which the busiest stage waits.</summary>
    public double BubbleFraction => Span > Seconds.Zero ? 1 - (BusyByStage.Max() / Span) : 0;
}

/// <summary>One pass and when it ran.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Pass">The pass.</param>
/// <param name="Start">Its start.</param>
/// <param name="End">Its end.</param>
public readonly record struct PassSpan(int Stage, Pass Pass, Instant Start, Instant End);
