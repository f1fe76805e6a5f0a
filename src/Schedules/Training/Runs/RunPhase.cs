namespace LlmSim.Schedules.Training.Runs;

/// <summary>A part of a run whose steps are alike: pretraining, context extension, fine-tuning.</summary>
public sealed record RunPhase
{
    /// <summary>What reports call it, such as <c>pretraining</c>.</summary>
    public required string Name { get; init; }

    /// <summary>A step of the phase.</summary>
    public required TrainJob Job { get; init; }

    /// <summary>Tokens that the phase trains on; its steps follow, the last one counted whole.</summary>
    public required double Tokens { get; init; }

    /// <summary>Optimizer steps, at least one.</summary>
    public long Steps => Math.Max(1, (long)Math.Ceiling((Tokens / (Job.TokensPerStep * Job.KeptShare)) - Rounding));

    /// <summary>Steps times tokens of a step can miss their own quotient by rounding; a thousandth of a step is none.</summary>
    private const double Rounding = 1e-3;
}
