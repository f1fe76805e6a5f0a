using LlmSim.Model.Units;

namespace LlmSim.Schedules.Serving.Admission;

/// <summary>How a rate limit counts.</summary>
public enum LimitAlgorithm
{
    /// <summary>So many in each window of the clock.</summary>
    FixedWindow,

    /// <summary>So many in any stretch of time.</summary>
    SlidingLog,

    /// <summary>A rate and a burst on top of it.</summary>
    TokenBucket,

    /// <summary>An even rate with a queue before it.</summary>
    LeakyBucket,
}

/// <summary>Whose requests a limit counts together.</summary>
public enum LimitScope
{
    /// <summary>All requests.</summary>
    All,

    /// <summary>Those of a class of traffic.</summary>
    Class,

    /// <summary>Those of a user, such as the holder of a key.</summary>
    User,

    /// <summary>Those of a session.</summary>
    Session,
}

/// <summary>A limit at the gate of a serving system.</summary>
public sealed record RateLimit
{
    /// <summary>How it counts.</summary>
    public required LimitAlgorithm Algorithm { get; init; }

    /// <summary>Units a window, at least one.</summary>
    public required long Limit { get; init; }

    /// <summary>Length of the window; the rate is the limit over this.</summary>
    public required Seconds Window { get; init; }

    /// <summary>Units that a bucket holds; windows have none. Null for as many as <see cref="Limit"/>.</summary>
    public long? Burst { get; init; }

    /// <summary>Whether units are tokens, of prompt and output together as gateways reserve them, or requests.</summary>
    public bool CountsTokens { get; init; }

    /// <summary>Whose requests are counted together.</summary>
    public LimitScope Scope { get; init; }

    /// <summary>A limiter for one key.</summary>
    public IRateLimiter Create() => Algorithm switch
    {
        LimitAlgorithm.FixedWindow => new FixedWindow(Limit, Window),
        LimitAlgorithm.SlidingLog => new SlidingWindowLog(Limit, Window),
        LimitAlgorithm.TokenBucket => new TokenBucket(Limit / Window.Value, Burst ?? Limit),
        LimitAlgorithm.LeakyBucket => new LeakyBucket(Limit / Window.Value, Burst ?? Limit),
        _ => throw new InvalidOperationException($"No limiter for {Algorithm}."),
    };
}
