using LlmSim.Model.Units;

namespace LlmSim.Schedules.Traffic;

/// <summary>What conversations look like.</summary>
public sealed record SessionShape
{
    /// <summary>What a turn adds: the new tokens of its prompt, the tokens of its answer, and the common beginning of all prompts.</summary>
    public required RequestShapes Turn { get; init; }

    /// <summary>Number of turns of a session, at most <see cref="Sessions.MostTurns"/>.</summary>
    public required LengthDistribution Turns { get; init; }

    /// <summary>Mean time from an answer to the next turn; it is exponentially distributed.</summary>
    public required Seconds ThinkTime { get; init; }

    /// <summary>Tokens of a prompt and its answer at most; null for no limit.</summary>
    public long? MaxContext { get; init; }
}
