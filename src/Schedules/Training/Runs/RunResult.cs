using System.Collections.Immutable;
using LlmSim.Model.Cost;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Training.Runs;

/// <summary>What a phase of a run takes, as the mean over draws of failures.</summary>
public sealed record PhaseResult
{
    /// <summary>The phase.</summary>
    public required RunPhase Phase { get; init; }

    /// <summary>A step of it.</summary>
    public required TrainResult Step { get; init; }

    /// <summary>Time for which a step waits for its samples.</summary>
    public required Seconds Stall { get; init; }

    /// <summary>Steps between two checkpoints; those of the phase where only its end is saved, zero where nothing is.</summary>
    public required long IntervalSteps { get; init; }

    /// <summary>What a checkpoint takes.</summary>
    public required CheckpointCost Checkpoint { get; init; }

    /// <summary>Where the time goes.</summary>
    public required RunTime Time { get; init; }

    /// <summary>Failures.</summary>
    public required double Failures { get; init; }

    /// <summary>Checkpoints that became durable.</summary>
    public required double Checkpoints { get; init; }

    /// <summary>Energy of the site: machines times PUE.</summary>
    public required Joules Energy { get; init; }
}

/// <summary>Intervals between checkpoints, as work between them: closed forms beside the search.</summary>
/// <param name="Young">Young's interval for the longest phase.</param>
/// <param name="Daly">Daly's higher-order interval for the longest phase.</param>
/// <param name="Optimum">The interval of least mean wall time in simulation, over all phases.</param>
/// <param name="OptimumWall">That mean wall time.</param>
public sealed record IntervalChoice(Seconds Young, Seconds Daly, Seconds Optimum, Seconds OptimumWall);

/// <summary>What a whole training run is predicted to take.</summary>
public sealed record RunResult
{
    /// <summary>The run.</summary>
    public required RunJob Job { get; init; }

    /// <summary>Why the run never ends; null where it does. Times are then of no meaning.</summary>
    public string? Stuck { get; init; }

    /// <summary>The phases in order.</summary>
    public required ImmutableArray<PhaseResult> Phases { get; init; }

    /// <summary>Wall times that nine of ten runs of other luck lie between, of the same steps.</summary>
    public required (Seconds Low, Seconds High) WallBand { get; init; }

    /// <summary>Wall time expected in closed form for these intervals (Daly 2006).</summary>
    public required Seconds ExpectedWall { get; init; }

    /// <summary>Mean time between failures of the cluster; null where nothing fails.</summary>
    public Seconds? Mtbf { get; init; }

    /// <summary>Best intervals between checkpoints; null where nothing fails or nothing is saved.</summary>
    public IntervalChoice? Intervals { get; init; }

    /// <summary>Where the time goes, as the mean over draws; its total is the wall time.</summary>
    public RunTime Time => Phases.Aggregate(default(RunTime), static (sum, phase) => sum + phase.Time);

    /// <summary>Optimizer steps whose result lasts.</summary>
    public long Steps => Phases.Sum(static phase => phase.Phase.Steps);

    /// <summary>Tokens of these steps.</summary>
    public double Tokens => Phases.Sum(static phase => phase.Phase.Steps * phase.Phase.Job.TokensPerStep);

    /// <summary>Failures, as the mean over draws.</summary>
    public double Failures => Phases.Sum(static phase => phase.Failures);

    /// <summary>Device hours of the run alone.</summary>
    public double DeviceHours => Time.Total.Value / 3600 * Job.Cluster.Devices;

    /// <summary>Device hours of the run with its trials.</summary>
    public double DeviceHoursWithTrials => DeviceHours * Job.Trials.Multiplier;

    /// <summary>Time, rent and energy with trials.</summary>
    public Spending Spending => new()
    {
        Time = Time.Total * Job.Trials.Multiplier,
        Devices = Job.Cluster.Devices,
        Tokens = Tokens,
        Energy = Phases.Aggregate(Joules.Zero, static (sum, phase) => sum + phase.Energy) * Job.Trials.Multiplier,
        Price = Job.Phases[0].Job.AcceleratorPrice,
    };

    /// <summary>Price of the energy with trials; null where none was given.</summary>
    public Usd? EnergyCost => Job.Site.EnergyPrice is { } price ? price * Spending.Energy : null;

    /// <summary>Emissions of the energy with trials; null where no intensity was given.</summary>
    public Kilograms? Carbon => Job.Site.Carbon is { } intensity ? intensity * Spending.Energy : null;
}
