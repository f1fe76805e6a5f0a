using LlmSim.Model.Units;
using LlmSim.Planning.Scenarios;
using LlmSim.Schedules.Serving.Admission;
using Xunit;

namespace LlmSim.Tests.Planning.Scenarios;

/// <summary>Keys of traffic, admission and routing: what they mean, and what is refused where.</summary>
public sealed class FlowKeysTests
{
    private const string Burst = "poisson:\n    rate: 2 /s\n    requests: 100\n    prompt: 512\n    output:\n      lognormal: {mean: 128, cv: 0.5, max: 1024}";

    [Theory]
    [InlineData("{algorithm: fixed_window, limit: 5, window: 1 s, burst: 4}", 12, 56, "'serving.limits[0].burst' has no meaning in a window: leave it out, or choose a bucket")]
    [InlineData("{algorithm: token_bucket, limit: 0, window: 1 s}", 12, 40, "'serving.limits[0].limit' is '0': expected an integer of at least 1")]
    [InlineData("{algorithm: token_bucket, limit: 5, window: 0 s}", 12, 51, "'serving.limits[0].window' is '0 s': expected a time above 0, such as 1 min")]
    [InlineData("{algorithm: token_buckt, limit: 5, window: 1 s}", 12, 19,
        "'serving.limits[0].algorithm' is 'token_buckt': expected one of fixed_window, sliding_log, token_bucket, leaky_bucket (did you mean 'token_bucket'?)")]
    public void A_wrong_limit_is_told_with_its_place(string limit, int line, int column, string message)
    {
        Problem problem = Samples.OneBad(Samples.With(Samples.Serve, "chunk: 512", "chunk: 512\n  limits:\n    - " + limit));
        Assert.Equal(message, problem.Message);
        Samples.IsAt(problem, line, column);
    }

    [Theory]
    [InlineData("router: randm", "'serving.router' is 'randm'", "did you mean 'random'?")]
    [InlineData("retries: {factor: 0.5}", "'serving.retries.factor' is 0.5", "at least 1")]
    [InlineData("retries: {jitter: 120 %}", "'serving.retries.jitter' is '120 %'", "at most 100 %")]
    [InlineData("prefix_cache: maybe", "'serving.prefix_cache' is 'maybe'", "expected true or false")]
    public void A_wrong_key_of_serving_is_told(string key, string found, string legal)
    {
        string message = Samples.OneBad(Samples.With(Samples.Serve, "chunk: 512", "chunk: 512\n  " + key)).Message;
        Assert.Contains(found, message, StringComparison.Ordinal);
        Assert.Contains(legal, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("weibull: {rate: 2 /s, cv: 200, requests: 5, prompt: 5, output: 5}", "'traffic.weibull.cv' is 200: expected a ratio from 0.01 to 100")]
    [InlineData("diurnal: {rate: 2 /s, amplitude: 120 %, requests: 5, prompt: 5, output: 5}", "at most 100 %")]
    [InlineData("ramp: {from: 0 /s, to: 5 /s, over: 1 min, requests: 5, prompt: 5, output: 5}", "'traffic.ramp.from' is '0 /s': expected a rate above 0")]
    [InlineData("sessions: {rate: 2 /s, turns: 0, requests: 5, prompt: 5, output: 5}", "'traffic.sessions.turns' is '0': expected an integer of at least 1")]
    [InlineData("poisson: {rate: 2 /s, requests: 5, prompt: 0, output: 5}", "'traffic.poisson.prompt' is '0': expected an integer of at least 1")]
    [InlineData("poisson: {rate: 2 /s, requests: 5, prompt: 5, output: 5, prefix: {groups: 2}}", "lacks 'tokens'")]
    [InlineData("classes: []", "an empty list")]
    [InlineData("classes: [{name: a}]", "exactly one of them is needed")]
    [InlineData(
        "classes: [{name: a, poisson: {rate: 1 /s, prompt: 5, output: 5}}, {name: a, poisson: {rate: 1 /s, prompt: 5, output: 5}}]", "two classes of the name 'a'")]
    public void Wrong_traffic_is_told(string traffic, string message) =>
        Assert.Contains(message, Samples.OneBad(Samples.With(Samples.Serve, Burst, traffic)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_class_that_never_ends_is_refused_without_a_duration()
    {
        string text = Samples.With(
            Samples.With(Samples.Serve, Burst, "classes: [{name: a, poisson: {rate: 1 /s, prompt: 5, output: 5}}]"), "duration: 10 min\n", string.Empty);
        Assert.Contains("never ends", Samples.OneBad(text).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_whole_front_door_is_read_as_meant()
    {
        ServeScenario scenario = Samples.Good<ServeScenario>(Samples.With(
            Samples.Serve,
            "chunk: 512",
            "chunk: 512\n  router: power_of_two\n  prefix_cache: true\n  retries: {attempts: 2, backoff: 3 s, jitter: 25 %, after_timeout: true}\n"
            + "  limits:\n    - {algorithm: leaky_bucket, limit: 60, window: 1 min, burst: 9, unit: tokens, per: user}"));
        Assert.Equal(("power_of_two", true), (scenario.Serving.Router, scenario.Serving.PrefixCache));
        Assert.Equal(new RetryPolicy { Retries = 2, Backoff = Seconds.From(3), Jitter = 0.25, AfterTimeout = true }, scenario.Serving.Retry);
        RateLimit limit = new()
        {
            Algorithm = LimitAlgorithm.LeakyBucket,
            Limit = 60,
            Window = Seconds.From(60),
            Burst = 9,
            CountsTokens = true,
            Scope = LimitScope.User,
        };
        Assert.Equal([limit], scenario.Serving.Limits.AsEnumerable());
    }

    [Fact]
    public void Classes_keep_their_promises_or_those_of_the_file()
    {
        ServeScenario scenario = Samples.Good<ServeScenario>(Samples.With(Samples.Serve, Burst,
            "classes:\n    - {name: a, priority: 3, slo: {e2e: 9 s}, poisson: {rate: 1 /s, prompt: 5, output: 5}}\n    - {name: b, trace: x.csv}"));
        ClassedTraffic classed = Assert.IsType<ClassedTraffic>(scenario.Traffic);
        Assert.Equal(("a", 3, Seconds.From(9)), (classed.Classes[0].Name, classed.Classes[0].Priority, classed.Classes[0].Objectives!.EndToEnd));
        Assert.Equal(("b", 0, null), (classed.Classes[1].Name, classed.Classes[1].Priority, classed.Classes[1].Objectives));
        Assert.IsType<TraceTraffic>(classed.Classes[1].Source);
    }
}
