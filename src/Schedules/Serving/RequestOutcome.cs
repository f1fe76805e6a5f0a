using LlmSim.Model.Units;
using LlmSim.Schedules.Traffic;

namespace LlmSim.Schedules.Serving;

/// <summary>How a request ended.</summary>
public enum RequestStatus
{
    /// <summary>All its tokens came out in time.</summary>
    Completed,

    /// <summary>It was refused on arrival.</summary>
    Rejected,

    /// <summary>Its client gave up before the last token came out.</summary>
    TimedOut,

    /// <summary>The system lost it.</summary>
    Failed,
}

/// <summary>Why a request was refused on arrival.</summary>
public enum RejectionReason
{
    /// <summary>Prompt and output together exceed the largest context.</summary>
    ContextTooLong,

    /// <summary>Prompt and output together need more KV cache than the replica has.</summary>
    KvCacheTooSmall,

    /// <summary>Without chunked prefill, the prompt exceeds the token budget of an iteration.</summary>
    PromptOverTokenBudget,

    /// <summary>The queue was full.</summary>
    QueueFull,

    /// <summary>A rate limit refused it.</summary>
    RateLimited,
}

/// <summary>What became of one request. Times that never came are <see cref="Instant.Never"/>.</summary>
public readonly record struct RequestOutcome
{
    /// <summary>The request.</summary>
    public Request Request { get; init; }

    /// <summary>How it ended.</summary>
    public RequestStatus Status { get; init; }

    /// <summary>Why it was refused; null unless <see cref="Status"/> is <see cref="RequestStatus.Rejected"/>.</summary>
    public RejectionReason? Rejection { get; init; }

    /// <summary>Index of the replica that had it; -1 where none did.</summary>
    public int Replica { get; init; }

    /// <summary>Start of the iteration that computed its first prompt tokens.</summary>
    public Instant FirstScheduled { get; init; }

    /// <summary>End of the iteration that produced its first token.</summary>
    public Instant FirstToken { get; init; }

    /// <summary>When it ended. A client that gives up is noticed at the end of the iteration in flight.</summary>
    public Instant Finished { get; init; }

    /// <summary>Tokens that came out.</summary>
    public int ProducedTokens { get; init; }

    /// <summary>How often it lost its KV cache and was computed again.</summary>
    public int Preemptions { get; init; }

    /// <summary>Tokens of its prompt that the prefix cache had when it was first scheduled.</summary>
    public int CachedTokens { get; init; }

    /// <summary>What became of a sequence on a replica.</summary>
    internal static RequestOutcome Of(Sequence sequence, RequestStatus status, int replica, Instant finished) => new()
    {
        Request = sequence.Request,
        Status = status,
        Replica = replica,
        FirstScheduled = sequence.FirstScheduled,
        FirstToken = sequence.FirstToken,
        Finished = finished,
        ProducedTokens = sequence.Produced,
        Preemptions = sequence.Preemptions,
        CachedTokens = sequence.CachedTokens,
    };
}
