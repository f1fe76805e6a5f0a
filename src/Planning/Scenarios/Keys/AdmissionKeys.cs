using System.Collections.Immutable;
using LlmSim.Model.Units;
using LlmSim.Schedules.Serving.Admission;

namespace LlmSim.Planning.Scenarios.Keys;

/// <summary>The keys of what happens before a request reaches a replica.</summary>
internal static class AdmissionKeys
{
    private static readonly ScenarioKey<LimitAlgorithm> Algorithm = Key.Required(
        "algorithm",
        Shapes.Words(
            ("fixed_window", LimitAlgorithm.FixedWindow), ("sliding_log", LimitAlgorithm.SlidingLog),
            ("token_bucket", LimitAlgorithm.TokenBucket), ("leaky_bucket", LimitAlgorithm.LeakyBucket)),
        "How it counts: per window of the clock, in any stretch of time, with bursts on top of a rate, or at an even rate behind a queue.");

    private static readonly ScenarioKey<int> Limit =
        Key.Required("limit", Shapes.Count, "Requests or tokens in a window; a bucket's rate is this over the window.");
    private static readonly ScenarioKey<Seconds> Window = Key.Required("window", Shapes.Time(example: "1 min"), "Length of the window.");

    private static readonly ScenarioKey<int> Burst =
        Key.Optional("burst", Shapes.Count, "What a bucket holds: a burst that passes at once, or a queue; without it as much as `limit`.");

    private static readonly ScenarioKey<bool> Unit = Key.Default(
        "unit", Shapes.Words(("requests", false), ("tokens", true)), "requests", "What is counted; tokens are those of the prompt and the answer together.");

    private static readonly ScenarioKey<LimitScope> Scope = Key.Default(
        "per", Shapes.Words(("all", LimitScope.All), ("class", LimitScope.Class), ("user", LimitScope.User), ("session", LimitScope.Session)), "all",
        "Whose requests are counted together.");

    private static readonly ScenarioKey<int> Attempts = Key.Default("attempts", Shapes.Count, "3", "How often a request is sent again at most.");
    private static readonly ScenarioKey<Seconds> Backoff = Key.Default("backoff", Shapes.Time(example: "1 s"), "1 s", "Time before the first retry.");
    private static readonly ScenarioKey<double> Factor =
        Key.Default("factor", Shapes.Ratio, "2", "Growth of that time from one retry to the next, at least 1.");

    private static readonly ScenarioKey<double> Jitter =
        Key.Default(
            "jitter", Shapes.Share(Sign.ZeroOrMore, "50 %"), "0 %", "Share of that time that is random: at 100 % a client waits anywhere up to all of it.");

    private static readonly ScenarioKey<bool> AfterTimeout =
        Key.Default("after_timeout", Shapes.Flag, "false", "Whether a request that was given up is sent again too.");

    /// <summary>Rate limits.</summary>
    public static readonly ScenarioKey<ImmutableArray<RateLimit>> Limits = Key.Optional(
        "limits",
        new ListShape<RateLimit>(new SectionShape<RateLimit>(
            new Section("A rate limit before the router.", [Algorithm, Limit, Window, Burst, Unit, Scope]) { Check = CheckBurst },
            static v => new RateLimit
            {
                Algorithm = v.Of(Algorithm),
                Limit = v.Of(Limit),
                Window = v.Of(Window),
                Burst = v.MaybeValue(Burst),
                CountsTokens = v.Of(Unit),
                Scope = v.Of(Scope),
            })),
        "Rate limits before the router, all of which a request must pass; without them every request does.");

    /// <summary>Retries.</summary>
    public static readonly ScenarioKey<RetryPolicy> Retries = Key.Optional(
        "retries",
        new SectionShape<RetryPolicy>(
            new Section("How clients send again what a rate limit or a full queue refused.", [Attempts, Backoff, Factor, Jitter, AfterTimeout])
            {
                Check = CheckFactor,
            },
            static v => new RetryPolicy
            {
                Retries = v.Of(Attempts),
                Backoff = v.Of(Backoff),
                Factor = v.Of(Factor),
                Jitter = v.Of(Jitter),
                AfterTimeout = v.Of(AfterTimeout),
            }),
        "How clients send again what was refused; without it they do not.");

    private static void CheckBurst(SectionValues values, Binding binding)
    {
        if (values.Has(Burst) && values.TryGet(Algorithm, out LimitAlgorithm algorithm)
            && algorithm is LimitAlgorithm.FixedWindow or LimitAlgorithm.SlidingLog)
        {
            string path = ValueShape.Join(values.Path, Burst.Name);
            binding.Refuse(values.KeyOf(Burst), path, $"'{path}' has no meaning in a window: leave it out, or choose a bucket");
        }
    }

    private static void CheckFactor(SectionValues values, Binding binding)
    {
        if (values.TryGet(Factor, out double factor) && factor is < 1 or >= 1e6)
        {
            string path = ValueShape.Join(values.Path, Factor.Name);
            binding.Refuse(values.NodeOf(Factor), path, FormattableString.Invariant($"'{path}' is {factor}: expected a ratio of at least 1 and below 1e6"));
        }
    }
}
