using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;

namespace LlmSim.Planning.Scenarios;

/// <summary>A scenario file as its author meant it: every value legal by itself, references not yet looked up.</summary>
public abstract record Scenario
{
    /// <summary>What reports call it, or null.</summary>
    public string? Title { get; init; }

    /// <summary>The model that is trained or served.</summary>
    public required RecordReference Model { get; init; }

    /// <summary>The accelerator, or null where the node says it.</summary>
    public RecordReference? Accelerator { get; init; }

    /// <summary>The node, or null where only an accelerator is given.</summary>
    public RecordReference? Node { get; init; }

    /// <summary>The network between nodes that replaces the node's own, or null.</summary>
    public NetworkReference? Network { get; init; }

    /// <summary>Accelerators in total: the world size of the layout, times the replicas where serving.</summary>
    public required int Devices { get; init; }

    /// <summary>What kernels reach on the accelerator, or null where the catalog chooses.</summary>
    public RecordReference? Efficiency { get; init; }

    /// <summary>The seed of every random draw.</summary>
    public required long Seed { get; init; }

    /// <summary>How one copy of the model is spread over accelerators.</summary>
    public required ParallelLayout Parallel { get; init; }

    /// <summary>What things cost.</summary>
    public required ScenarioPrices Prices { get; init; }

    /// <summary>Limits of power.</summary>
    public required ScenarioPower Power { get; init; }

    /// <summary>The file with its overrides, so that later checks can point at it.</summary>
    public required ScenarioNode Source { get; init; }

    /// <summary>A problem at the place of a key such as <c>parallel.tensor</c>, or of its nearest parent in the file.</summary>
    public Problem ProblemAt(string path, string message) => Source.Find(path).Problem(path, message);
}

/// <summary>A scenario that trains a model.</summary>
public sealed record TrainScenario : Scenario
{
    /// <summary>How it is trained.</summary>
    public required TrainingOptions Training { get; init; }

    /// <summary>The whole run; null where none is asked for.</summary>
    public RunOptions? Run { get; init; }
}

/// <summary>A scenario that serves a model.</summary>
public sealed record ServeScenario : Scenario
{
    /// <summary>How it is served.</summary>
    public required ServingOptions Serving { get; init; }

    /// <summary>Who asks for what, and when.</summary>
    public required TrafficSource Traffic { get; init; }

    /// <summary>How replicas come and go; null where they are always there.</summary>
    public FleetOptions? Fleet { get; init; }

    /// <summary>How long requests arrive, in simulated time; null where the traffic ends by itself.</summary>
    public Seconds? Duration { get; init; }
}

/// <summary>What things cost.</summary>
/// <param name="AcceleratorHour">Rent of one accelerator with its share of the node, or null where no price is asked for.</param>
public sealed record ScenarioPrices(UsdPerHour? AcceleratorHour);

/// <summary>Limits of power.</summary>
/// <param name="Limit">Power cap of one accelerator, or null for the limit of its data sheet.</param>
public sealed record ScenarioPower(Watts? Limit);
