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

    /// <summary>What prompts have in common; its tokens come on top of those of <see cref="Prompt"/>.</summary>
    public SharedPrefix Prefix { get; init; } = SharedPrefix.None;

    /// <summary>Users to whom requests or sessions belong, each equally likely.</summary>
    public int Users { get; init; } = 1;

    /// <summary>Request <paramref name="id"/>, sent at <paramref name="arrival"/>: its lengths depend on seed and number only.</summary>
    public Request Shape(long id, Instant arrival)
    {
        int prompt = Prefix.Tokens + Prompt.Quantile(new UniformDraws(Seed, TrafficStream.Prompt).At(id));
        return new Request
        {
            Id = id,
            Arrival = arrival,
            PromptTokens = prompt,
            OutputTokens = Output.Quantile(new UniformDraws(Seed, TrafficStream.Output).At(id)),
            Session = id,
            User = UserOf(id),
            PrefixBlocks = Prefix.Tokens > 0 ? Prefix.Hashes(id, Seed, prompt) : [],
            PrefixBlockTokens = Prefix.Tokens > 0 ? Prefix.BlockTokens : 0,
        };
    }

    /// <summary>The user, from zero, of request or session <paramref name="id"/>.</summary>
    public int UserOf(long id) => Users == 1 ? 0 : (int)(new UniformDraws(Seed, TrafficStream.User).At(id) * Users);
}
