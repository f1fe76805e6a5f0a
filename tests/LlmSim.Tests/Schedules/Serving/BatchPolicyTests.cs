using LlmSim.Model.Units;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Traffic;
using Xunit;

namespace LlmSim.Tests.Schedules.Serving;

/// <summary>Closed loops of equal requests, whose course can be told by hand.</summary>
public sealed class BatchPolicyTests
{
    private const int Clients = 4;
    private const int Prompt = 100;
    private const int Output = 50;

    /// <summary>An iteration takes 1 ms, and each prompt token 0.1 ms more.</summary>
    private static readonly LinearPrice Price = new() { Step = 1_000_000, PerPrefillToken = 100_000 };

    [Fact]
    public void Prompts_first_keeps_equal_requests_in_lock_step()
    {
        // Each of the ten rounds computes four prompts of 10 ms in one iteration of 41 ms, then 49 decodes of 1 ms.
        (ServeResult result, _) = Run(BatchPolicies.PrefillFirst, new RequestPath(Seconds.Zero, Seconds.Zero, Seconds.Zero));

        Assert.Equal(0.041, result.Ttft!.Mean.Value, 1e-4);
        Assert.Equal(10 * (0.041 + 0.049), result.Ended.SinceStart.Value, 1e-6);
    }

    [Fact]
    public void A_budget_of_one_prompt_under_mixed_batches_makes_a_chain_of_one_prompt_an_iteration()
    {
        // The first round waits 11, 22, 33 and 44 ms; from then on the clients stay apart and each prompt runs alone.
        (ServeResult result, List<RequestOutcome> outcomes) = Run(BatchPolicies.Continuous, RequestPath.None, Prompt + Clients);

        Assert.Equal([0.011, 0.022, 0.033, 0.044], outcomes.Where(static o => o.Request.Id < Clients).Select(static o => Math.Round((o.FirstToken - o.Request.Arrival).Value, 4)));
        Assert.Equal(0.011, outcomes.Where(static o => o.Request.Id >= Clients).Average(static o => (o.FirstToken - o.Request.Arrival).Value), 1e-6);
        Assert.Equal(ServeEnd.Drained, result.End);
    }

    [Fact]
    public void A_serial_front_end_delays_the_nth_of_a_burst_by_n_service_times_and_the_latency()
    {
        var path = new RequestPath(Seconds.Milliseconds(100), Seconds.Milliseconds(20), Seconds.Zero);
        (_, List<RequestOutcome> outcomes) = Run(BatchPolicies.Continuous, path);

        Assert.Equal(
            [0.131, 0.231, 0.331, 0.431],
            outcomes.Where(static o => o.Request.Id < Clients).Select(static o => Math.Round((o.FirstToken - o.Request.Arrival).Value, 6)));
    }

    [Fact]
    public void An_output_worker_slower_than_the_tokens_sets_the_rate()
    {
        // Four tokens a millisecond come out and each takes 0.5 ms to send: the worker is busy from the first token to the last.
        var path = new RequestPath(Seconds.Zero, Seconds.Zero, Seconds.Milliseconds(0.5));
        (ServeResult result, _) = Run(BatchPolicies.Continuous, path);

        double sending = Clients * 10 * Output * 0.5e-3;
        Assert.InRange((result.LastCompletion - Instant.Zero).Value, sending, 1.5 * sending);
    }

    [Fact]
    public void Without_eviction_no_request_starts_before_the_cache_has_room_for_its_end()
    {
        // The cache holds two requests to their ends: nobody is ever paused, and two run at a time.
        (ServeResult calm, List<RequestOutcome> outcomes) = Run(BatchPolicies.InFlight, RequestPath.None, 8192, 2 * 160);
        (ServeResult eager, _) = Run(BatchPolicies.MaxUtilization, RequestPath.None, 8192, 2 * 160);

        Assert.Equal(0, calm.Requests.Preempted);
        Assert.All(outcomes, outcome => Assert.InRange(outcomes.Count(other => other.FirstScheduled <= outcome.FirstScheduled && other.Finished > outcome.FirstScheduled), 1, 2));
        Assert.Equal(calm.OutputTokens, eager.OutputTokens);
    }

    [Fact]
    public void A_batching_wait_holds_prompts_back_for_its_steps()
    {
        // The third request arrives while two decode; ten steps of 1 ms pass before its prompt is taken.
        Request[] requests = [.. new[] { 0, 0, 25 }.Select((at, i) => ListSource.Request(i, 0, Prompt, Output) with { Arrival = new Instant(at * 1_000_000L) })];
        ServeSettings settings = Settings(BatchPolicies.InFlight, RequestPath.None, 8192, 100_000) with { Wait = new BatchingWait(0.9, 10) };
        List<RequestOutcome> outcomes = [];
        ServeSimulation.Run(settings, Price, new ListSource(requests), outcomes.Add, CancellationToken.None);

        Assert.Equal(0.010, (outcomes.Single(static o => o.Request.Id == 2).FirstScheduled - requests[2].Arrival).Value, 1e-6);
    }

    [Fact]
    public void Every_kind_of_server_has_its_constants_within_their_physical_ranges_and_is_found_by_its_aliases()
    {
        Assert.Equal(["sglang", "tensorrt-llm", "vllm"], ServerKinds.Names);
        Assert.Same(ServerKinds.Find("tensorrt-llm"), ServerKinds.Find("TRTLLM"));
        Assert.Null(ServerKinds.Find("triton"));
    }

    private static (ServeResult Result, List<RequestOutcome> Outcomes) Run(string policy, RequestPath path, int budget = 8192, int capacity = 100_000)
    {
        var shapes = new RequestShapes { Prompt = LengthDistribution.Fixed(Prompt), Output = LengthDistribution.Fixed(Output), Seed = 1 };
        List<RequestOutcome> outcomes = [];
        ServeResult result = ServeSimulation.Run(
            Settings(policy, path, budget, capacity), Price, new ClosedLoop(Clients, shapes, 10 * Clients), outcomes.Add, CancellationToken.None);
        outcomes.Sort(static (a, b) => a.Request.Id.CompareTo(b.Request.Id));
        return (result, outcomes);
    }

    private static ServeSettings Settings(string policy, RequestPath path, int budget, int capacity) => new()
    {
        Policy = policy,
        Path = path,
        MaxBatch = Clients,
        MaxBatchedTokens = budget,
        KvCapacityTokens = capacity,
        ChunkedPrefill = false,
    };
}
