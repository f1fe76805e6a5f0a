using CsCheck;
using LlmSim.Model.Units;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Serving.Admission;
using LlmSim.Schedules.Traffic;
using Xunit;

namespace LlmSim.Tests.Schedules.Serving;

/// <summary>Limits, held requests and retries inside a run.</summary>
public sealed class AdmissionTests
{
    private static readonly ServeSettings Wide = new() { MaxBatch = 64, MaxBatchedTokens = 4096, KvCapacityTokens = 100_000 };
    private static readonly LinearPrice Tick = LinearPrice.Constant(Seconds.Milliseconds(1));
    private static readonly RateLimit OnePerMinute = new() { Algorithm = LimitAlgorithm.SlidingLog, Limit = 1, Window = Seconds.From(60) };

    private static readonly Gen<RateLimit> Limit =
        from algorithm in Gen.Enum<LimitAlgorithm>()
        from scope in Gen.Enum<LimitScope>()
        from limit in Gen.Int[1, 30]
        from window in Gen.Int[1, 300]
        from tokens in Gen.Bool
        select new RateLimit { Algorithm = algorithm, Scope = scope, Limit = tokens ? 10 * limit : limit, Window = Seconds.Milliseconds(window), CountsTokens = tokens };

    [Fact]
    public void Retries_come_after_backoffs_that_double_and_their_request_counts_once()
    {
        // The second request is refused at 0, 2, 2 + 4, 2 + 4 + 8, 30 s, and passes at 2 · (1 + 2 + 4 + 8 + 16) = 62 s, a minute after the first.
        ServeSettings settings = Wide with
        {
            Limits = [OnePerMinute],
            Retry = new RetryPolicy { Retries = 5, Backoff = Seconds.From(2) },
        };
        List<RequestOutcome> outcomes = [];
        ServeResult result = Run(settings, outcomes, ListSource.Request(0, 0, 5, 1), ListSource.Request(1, 0, 5, 1));
        Assert.Equal((2, 2, 5), (result.Requests.Arrived, result.Requests.Completed, result.Retries));
        Assert.Equal(62.001, outcomes[1].Finished.SinceStart.Value, 9);
        Assert.Equal(5, outcomes[1].Request.Attempt);
        Assert.Equal(31.001, result.EndToEnd!.Mean.Value, 9);
    }

    [Fact]
    public void A_client_that_is_out_of_retries_is_refused_for_good()
    {
        ServeSettings settings = Wide with { Limits = [OnePerMinute], Retry = new RetryPolicy { Retries = 4, Backoff = Seconds.From(2) } };
        ServeResult result = Run(settings, [], ListSource.Request(0, 0, 5, 1), ListSource.Request(1, 0, 5, 1));
        Assert.Equal((1, 4), (result.Rejections[RejectionReason.RateLimited], result.Retries));
    }

    [Fact]
    public void Jitter_spreads_the_retries_of_a_burst()
    {
        RetryPolicy full = new() { Retries = 1, Backoff = Seconds.From(8), Jitter = 1 };
        double[] waits = [.. Enumerable.Range(0, 20_000).Select(id => full.Wait(id, 1, 7).Value)];

        // Evenly between 0 and 2 · 8 s: mean 8 s and deviation 16 / sqrt(12).
        Assert.InRange(waits.Average(), 7.84, 8.16);
        Assert.InRange(Math.Sqrt(waits.Average(static wait => (wait - 8) * (wait - 8))), 4.5, 4.74);
    }

    [Fact]
    public void Behind_a_leaky_bucket_requests_wait_as_before_one_server_of_constant_service()
    {
        // M/D/1 with service 1 / 100 s at load 0.8: Wq = rho · s / (2 (1 - rho)) = 20 ms. The server behind answers whoever is let through at once.
        ServeSettings settings = Wide with { Limits = [new RateLimit { Algorithm = LimitAlgorithm.LeakyBucket, Limit = 100, Window = Seconds.From(1), Burst = 1_000_000 }] };
        RequestShapes shapes = new() { Prompt = LengthDistribution.Fixed(1), Output = LengthDistribution.Fixed(1), Seed = 3 };
        ServeResult result = ServeSimulation.Run(
            settings, LinearPrice.Constant(Seconds.From(1e-6)), new OpenLoop(ArrivalProcess.Poisson(Hertz.From(80)), shapes, 400_000), CancellationToken.None);
        Assert.InRange(result.Queue!.Mean.Value, 0.97 * 0.020, 1.03 * 0.020);
    }

    [Fact]
    public void A_client_that_waits_at_the_gate_longer_than_its_patience_gives_up()
    {
        ServeSettings settings = Wide with
        {
            Timeout = Seconds.From(0.35),
            Limits = [new RateLimit { Algorithm = LimitAlgorithm.LeakyBucket, Limit = 10, Window = Seconds.From(1) }],
        };
        ServeResult result = Run(settings, [], [.. Enumerable.Range(0, 10).Select(static id => ListSource.Request(id, 0, 5, 1))]);
        Assert.Equal((4, 6), (result.Requests.Completed, result.Requests.TimedOut));
    }

    [Fact]
    public void A_limit_for_each_user_leaves_others_alone()
    {
        RateLimit limit = OnePerMinute with { Limit = 3, Scope = LimitScope.User };
        Request[] requests = [.. Enumerable.Range(0, 12).Select(static id => ListSource.Request(id, 0.1 * id, 5, 1) with { User = id < 8 ? 1 : 2 })];
        List<RequestOutcome> outcomes = [];
        Run(Wide with { Limits = [limit] }, outcomes, requests);
        Assert.Equal([0, 1, 2, 8, 9, 10], outcomes.Where(static one => one.Status == RequestStatus.Completed).Select(static one => one.Request.Id));
    }

    [Fact]
    public void Under_any_limits_and_retries_every_request_ends_exactly_once_and_all_blocks_come_back() => (
        from scenario in Scenarios.Generate(wholeNanoseconds: true)
        from limits in Limit.Array[0, 3]
        from retries in Gen.Int[0, 4]
        from jitter in Gen.Double[0, 1]
        from replicas in Gen.Int[1, 3]
        select (scenario, limits, retries, jitter, replicas)).Sample(
        static drawn =>
        {
            ServeSettings settings = drawn.scenario.Settings with
            {
                Replicas = drawn.replicas,
                Limits = [.. drawn.limits],
                Retry = drawn.retries == 0 ? null : new() { Retries = drawn.retries, Backoff = Seconds.Milliseconds(5), Jitter = drawn.jitter, AfterTimeout = true },
            };
            List<RequestOutcome> outcomes = [];
            ServeResult result = ServeSimulation.Run(settings, drawn.scenario.Price, new ListSource(drawn.scenario.Requests), outcomes.Add, CancellationToken.None);
            Assert.Equal((ServeEnd.Drained, 0), (result.End, result.KvHeldTokens));
            Assert.Equal(Enumerable.Range(0, drawn.scenario.Requests.Length).Select(static id => (long)id), outcomes.Select(static one => one.Request.Id).Order());
            Assert.Equal(result.Requests.Arrived, result.Requests.Completed + result.Requests.Rejected + result.Requests.TimedOut);
        },
        iter: 3000);

    private static ServeResult Run(ServeSettings settings, List<RequestOutcome> outcomes, params Request[] requests) =>
        ServeSimulation.Run(settings, Tick, new ListSource(requests), outcomes.Add, CancellationToken.None);
}
