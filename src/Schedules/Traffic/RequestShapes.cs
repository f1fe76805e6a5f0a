using LlmSim.Model.Units;

namespace LlmSim.Schedules.Traffic;

/// <summary>Lengths of prompts and outputs by request number. The two are independent of each other and of arrivals.</summary>
public sealed record RequestShapes
{
    /// <summary>Distribution of prompt tokens.</summary>
    public required LengthDistribution Prompt { get; init; }

    /// <summary>Distribution of output tokens.</summary>
    public required LengthDistribution Output { get; init; }

    /// <summary>Seed of the draws.</summary>
    public required long Seed { get; init; }

    /// <summary>Request <paramref name="id"/>, sent at <paramref name="arrival"/>: its lengths depend on seed and number only.</summary>
    public Request Shape(long id, Instant arrival) => new()
    {
        Id = id,
        Arrival = arrival,
        PromptTokens = Prompt.Quantile(new UniformDraws(Seed, TrafficStream.Prompt).At(id)),
        OutputTokens = Output.Quantile(new UniformDraws(Seed, TrafficStream.Output).At(id)),
        PrefixBlocks = [],
    };
}
