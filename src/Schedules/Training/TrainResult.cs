using System.Collections.Immutable;
using LlmSim.Model.Cost;
using LlmSim.Model.Memory;
using LlmSim.Model.Units;
using LlmSim.Schedules.Pipelines;

namespace LlmSim.Schedules.Training;

/// <summary>What a training step is predicted to do.</summary>
public sealed record TrainResult
{
    /// <summary>The job.</summary>
    public required TrainJob Job { get; init; }

    /// <summary>Time of one step.</summary>
    public required Seconds Step { get; init; }

    /// <summary>The mean device's step, split exclusively; sums to <see cref="Step"/>.</summary>
    public required StepBreakdown Breakdown { get; init; }

    /// <summary>Share of the pipeline's time in which the mean device waits for others.</summary>
    public required double BubbleFraction { get; init; }

    /// <summary>Closed form of the pipeline's time, beside the replay.</summary>
    public required Seconds ClosedForm { get; init; }

    /// <summary>The pipeline's time as replayed.</summary>
    public required Seconds Pipeline { get; init; }

    /// <summary>The order of passes.</summary>
    public required PipelineSchedule Schedule { get; init; }

    /// <summary>Its replay; each pass is in it where recording was asked for.</summary>
    public required PipelineReplayResult Replay { get; init; }

    /// <summary>The model's operations of one step.</summary>
    public required FlopCount ModelFlops { get; init; }

    /// <summary>Operations that the hardware runs in one step.</summary>
    public required FlopCount HardwareFlops { get; init; }

    /// <summary>Memory of the fullest device.</summary>
    public required MemoryAccount Memory { get; init; }

    /// <summary>Cost of each chunk for one micro-batch in the order of the forward pass.</summary>
    public required ImmutableArray<ChunkCost> Chunks { get; init; }

    /// <summary>Time of one message between stages.</summary>
    public required Seconds StageHop { get; init; }

    /// <summary>Energy of all devices and hosts over one step.</summary>
    public required Joules Energy { get; init; }

    /// <summary>Tokens trained in a second by all devices.</summary>
    public double TokensPerSecond => Job.TokensPerStep / Step.Value;

    /// <summary>The model's operations that each device does in a second.</summary>
    public FlopRate ModelRatePerDevice => new(ModelFlops.Value / Step.Value / Job.Cluster.Devices);

    /// <summary>Model FLOPs utilisation: share of the dense peak of the compute format that is the model's own work.</summary>
    public double Mfu => ModelRatePerDevice / Job.Cluster.Accelerator.Peak(PeakFormat);

    /// <summary>Hardware FLOPs utilisation: the same with recomputed work.</summary>
    public double Hfu => HardwareFlops.Value / Step.Value / Job.Cluster.Devices / Job.Cluster.Accelerator.Peak(PeakFormat).Value;

    /// <summary>Rent of all devices for one step; null where no price was given.</summary>
    public Usd? Cost => Job.AcceleratorPrice is { } price ? price * Job.Cluster.Devices * Step : null;

    private Model.Hardware.NumberFormat PeakFormat =>
        GemmCost.ComputeFormat(Job.Precision, Job.Cluster.Accelerator);
}

/// <summary>A step of the mean device, split exclusively.</summary>
/// <param name="Work">Passes of micro-batches by what bounds them; exchanges of gradients that show are in its network part.</param>
/// <param name="Bubble">Waiting for other stages.</param>
/// <param name="Optimizer">Update of the parameters.</param>
public readonly record struct StepBreakdown(CostBreakdown Work, Seconds Bubble, Seconds Optimizer)
{
    /// <summary>All parts together.</summary>
    public Seconds Total => Work.Total + Bubble + Optimizer;
}
