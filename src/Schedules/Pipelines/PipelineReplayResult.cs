using System.Collections.Immutable;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Pipelines;

/// <summary>What became of a schedule with given costs.</summary>
public sealed record PipelineReplayResult
{
    /// <summary>From the first pass of any stage to the end of the last pass of any stage.</summary>
    public required Seconds Makespan { get; init; }

    /// <summary>The longest time of any stage between its first start and its last end; what a step costs where steps follow each other without a barrier.</summary>
    /// <remarks>Qi et al. 2023 (zero bubble), section 5.3.</remarks>
    public required Seconds Span { get; init; }

    /// <summary>When each stage was through with its passes and its exchanges of gradients.</summary>
    public required ImmutableArray<Seconds> EndByStage { get; init; }

    /// <summary>Time in which each stage ran passes.</summary>
    public required ImmutableArray<Seconds> BusyByStage { get; init; }

    /// <summary>What is left of <see cref="Span"/> on each stage.</summary>
    public required ImmutableArray<Seconds> IdleByStage { get; init; }

    /// <summary>Most micro-batches whose activations each stage kept at once; a chunk counts 1/v, and half is released by each of the two gradients.</summary>
    public required ImmutableArray<double> PeakLiveMicroBatchesByStage { get; init; }

    /// <summary>Each pass in the order of stages and their passes; empty where recording was not asked for.</summary>
    public required ImmutableArray<PassSpan> Spans { get; init; }

    /// <summary>Share of <see cref="Span"/> in which an average stage idles, 0 to 1.</summary>
    public double BubbleFraction => Span > Seconds.Zero ? TotalIdle / (Span * IdleByStage.Length) : 0;

    /// <summary>Idle time by work time, the bubble of Narayanan et al. 2021: (p − 1)/(v·m) for equal stages.</summary>
    public double BubbleOverIdeal => TotalBusy > Seconds.Zero ? TotalIdle / TotalBusy : 0;

    private Seconds TotalIdle => IdleByStage.Aggregate(Seconds.Zero, static (sum, idle) => sum + idle);

    private Seconds TotalBusy => BusyByStage.Aggregate(Seconds.Zero, static (sum, busy) => sum + busy);
}
