using LlmSim.Model.Cost;
using LlmSim.Model.Units;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Serving.Routing;
using LlmSim.Schedules.Traffic;
using Xunit;

namespace LlmSim.Tests.Schedules.Serving;

public sealed class ServeSimulationTests
{
    private static readonly ServeSettings Roomy = new() { MaxBatch = 64, MaxBatchedTokens = 8192, KvCapacityTokens = 1_000_000 };

    /// <summary>Coefficients of the order of a 7-billion-parameter model: 10 ms a step, 0.1 ms a prompt token.</summary>
    private static readonly LinearPrice Price = new()
    {
        Step = 10_000_000,
        PerSequence = 20_000,
        PerContextToken = 40,
        PerPrefillToken = 100_000,
        PerScore = 3,
        PerLogit = 700,
    };

    [Fact]
    public void A_single_request_takes_its_prefill_and_the_sum_of_its_decodes()
    {
        // By hand: prompt 1000, output 100. Step j of the decodes attends to 1000 + j tokens, j = 1 to 99.
        ServeResult result = Run(Roomy, ListSource.Request(0, 2.5, 1000, 100));
        double prefill = 10e-3 + (1000 * 100e-6) + (1000 * 1001 / 2 * 3e-9) + 700e-9;
        double decodes = (99 * (10e-3 + 20e-6 + 700e-9)) + (40e-9 * ((99 * 1000) + (99 * 100 / 2)));
        Assert.Equal(prefill, result.Ttft!.Mean.Value, 9);
        Assert.Equal(prefill + decodes, result.EndToEnd!.Max.Value, 8);
        Assert.Equal(decodes / 99, result.Tpot!.P50.Value, 9);
        Assert.Equal(decodes / 99, result.Itl!.Mean.Value, 9);
        Assert.Equal(99, result.Itl.Count);
        Assert.Equal(0, result.Queue!.Max.Value);
        Assert.Equal(Instant.At(Seconds.From(2.5)), result.FirstArrival);
        Assert.Equal(prefill + decodes, result.Makespan.Value, 8);
        Assert.Equal(1, result.Utilisation, 9);
        Assert.Equal(100, result.Work.Steps);
        Assert.Equal(1, result.MeanBatchSize);
    }

    [Theory]
    [InlineData(4096, 512, 8)]
    [InlineData(4097, 512, 9)]
    [InlineData(1, 512, 1)]
    [InlineData(511, 512, 1)]
    public void A_long_prompt_takes_as_many_iterations_as_it_has_chunks(int prompt, int chunk, int iterations)
    {
        ServeResult result = Run(Roomy with { Chunk = chunk }, ListSource.Request(0, 0, prompt, 1));
        Assert.Equal(iterations, result.Work.Steps);
        Assert.Equal(prompt, result.Work.PrefillTokens);
        Assert.Null(result.Tpot);
        Assert.Null(result.Itl);
    }

    [Fact]
    public void Chunks_of_a_prompt_score_as_many_pairs_as_the_whole_prompt()
    {
        LinearPrice price = new() { PerScore = 1000, PerWindowedScore = 1_000_000, Window = 100 };
        Seconds whole = Run(Roomy, price, ListSource.Request(0, 0, 1000, 1)).Ttft!.Mean;
        Seconds parts = Run(Roomy with { Chunk = 64 }, price, ListSource.Request(0, 0, 1000, 1)).Ttft!.Mean;

        // 1000 · 1001 / 2 pairs; with a window of 100 the first 100 queries see 5050 and the other 900 see 100 each.
        Assert.Equal((500_500 * 1e-6) + ((5050 + 90_000) * 1e-3), whole.Value, 9);
        Assert.Equal(whole.Value, parts.Value, 9);
    }

    [Fact]
    public void Decodes_share_iterations_with_chunks_and_leave_them_less_budget()
    {
        // The first request decodes from the second iteration on and takes one token of each budget of 101.
        ServeSettings settings = Roomy with { Chunk = 101 };
        ServeResult result = Run(settings, LinearPrice.Constant(Seconds.Milliseconds(1)), ListSource.Request(0, 0, 101, 50),
            ListSource.Request(1, 0.0005, 1000, 1));
        Assert.Equal(0.0110 - 0.0005, result.Ttft!.Max.Value, 9);
        Assert.Equal(50, result.Work.Steps);
    }

    [Fact]
    public void Without_chunked_prefill_a_prompt_waits_for_a_budget_that_holds_it()
    {
        ServeSettings settings = Roomy with { MaxBatchedTokens = 1000, ChunkedPrefill = false };
        ServeResult result = Run(
            settings,
            LinearPrice.Constant(Seconds.Milliseconds(1)),
            ListSource.Request(0, 0, 600, 1), ListSource.Request(1, 0, 600, 1), ListSource.Request(2, 0, 1001, 1));
        Assert.Equal(2, result.Work.Steps);
        Assert.Equal(1, result.Rejections[RejectionReason.PromptOverTokenBudget]);
    }

    [Fact]
    public void Preemption_conserves_tokens_and_computes_the_newest_again()
    {
        // Two requests need 2 · (96 + 63) tokens and 256 fit: the newer one gives way, and its prompt and output so far are computed again.
        List<RequestOutcome> outcomes = [];
        ServeSettings settings = Roomy with { KvCapacityTokens = 256, BlockSize = 16 };
        ServeResult result = ServeSimulation.Run(
            settings,
            LinearPrice.Constant(Seconds.Milliseconds(1)),
            new ListSource([ListSource.Request(0, 0, 96, 64), ListSource.Request(1, 0, 96, 64)]),
            outcomes.Add,
            CancellationToken.None);
        Assert.Equal(ServeEnd.Drained, result.End);
        Assert.Equal(1, result.Requests.Preempted);
        Assert.Equal([0L, 1L], outcomes.Select(outcome => outcome.Request.Id));
        Assert.Equal(128, result.OutputTokens);
        Assert.Equal(256, result.KvPeakTokens);

        // Each prefill, the repeated one too, produces a token; decode steps produce the others.
        Assert.Equal(128 - 3, result.Work.DecodeTokens);

        // Both hold 8 of 16 blocks after 32 decodes, with 33 tokens out; the older then goes on alone for 31 steps.
        Assert.Equal((2 * 96) + 96 + 33, result.Work.PrefillTokens);
        Assert.Equal(1 + 32 + 31, outcomes[0].Finished.SinceStart.Value * 1000, 6);
        Assert.Equal(126, result.Itl!.Count);
        Assert.Equal(0.032, result.Itl.Max.Value, 9);
        Assert.Equal(0, result.KvHeldTokens);
    }

    [Fact]
    public void A_request_beyond_the_cache_or_the_context_is_refused_by_name()
    {
        ServeSettings settings = Roomy with { KvCapacityTokens = 1000, MaxContext = 2000 };
        ServeResult result = Run(
            settings, Price, ListSource.Request(0, 0, 1500, 600), ListSource.Request(1, 0, 900, 200),
            ListSource.Request(2, 0, 900, 93), ListSource.Request(3, 0, 900, 94));
        Assert.Equal(1, result.Rejections[RejectionReason.ContextTooLong]);
        Assert.Equal(2, result.Rejections[RejectionReason.KvCacheTooSmall]);
        Assert.Equal(1, result.Requests.Completed);
    }

    [Fact]
    public void A_client_gives_up_at_the_end_of_the_iteration_in_flight()
    {
        List<RequestOutcome> outcomes = [];
        ServeSettings settings = Roomy with { MaxBatch = 1, Timeout = Seconds.Milliseconds(10.5) };
        ServeResult result = ServeSimulation.Run(
            settings,
            LinearPrice.Constant(Seconds.Milliseconds(1)),
            new ListSource([ListSource.Request(0, 0, 8, 100), ListSource.Request(1, 0.001, 8, 100), ListSource.Request(2, 0.012, 8, 5)]),
            outcomes.Add,
            CancellationToken.None);
        Assert.Equal([11_000_000L, 12_000_000L, 17_000_000L], outcomes.Select(outcome => outcome.Finished.Nanoseconds));
        Assert.Equal([RequestStatus.TimedOut, RequestStatus.TimedOut, RequestStatus.Completed], outcomes.Select(outcome => outcome.Status));
        Assert.Equal(11, outcomes[0].ProducedTokens);
        Assert.Equal(5, result.OutputTokens);
    }

    [Fact]
    public void A_cut_off_counts_what_is_under_way_as_unfinished()
    {
        ServeSettings settings = Roomy with { Duration = Seconds.Milliseconds(50.25) };
        ServeResult result = Run(settings, LinearPrice.Constant(Seconds.Milliseconds(1)), ListSource.Request(0, 0, 8, 20),
            ListSource.Request(1, 0, 8, 500));
        Assert.Equal(ServeEnd.DurationReached, result.End);
        Assert.Equal(1, result.Requests.Unfinished);
        Assert.Equal(50, result.Work.Steps);
        Assert.Equal(0.05025, result.BusyTime.Value, 9);
        Assert.Equal(0.020, result.Makespan.Value, 9);
    }

    [Fact]
    public void Round_robin_and_least_outstanding_spread_requests_over_replicas()
    {
        Request[] requests = [.. Enumerable.Range(0, 8).Select(i => ListSource.Request(i, i * 0.0001, 10, i % 2 == 0 ? 500 : 1))];
        int[] byTurn = Replicas(Routers.RoundRobin);
        int[] byLoad = Replicas(Routers.LeastOutstanding);
        Assert.Equal([0, 1, 0, 1, 0, 1, 0, 1], byTurn);
        Assert.Equal(4, byLoad.Count(replica => replica == 0));

        int[] Replicas(string router)
        {
            SortedDictionary<long, int> chosen = [];
            ServeSimulation.Run(
                Roomy with { Replicas = 2, Router = router },
                LinearPrice.Constant(Seconds.Milliseconds(1)),
                new ListSource(requests),
                outcome => chosen[outcome.Request.Id] = outcome.Replica,
                CancellationToken.None);
            return [.. chosen.Values];
        }
    }

    [Fact]
    public void Equal_lengths_with_a_budget_of_one_prompt_form_a_chain_of_one_prefill_an_iteration()
    {
        // Eight clients at once, budget of one prompt and the decodes: the k-th first token comes with the k-th iteration.
        RequestShapes shapes = new() { Prompt = LengthDistribution.Fixed(100), Output = LengthDistribution.Fixed(50), Seed = 1 };
        ServeSettings settings = Roomy with { MaxBatch = 8, MaxBatchedTokens = 108 };
        ServeResult result = ServeSimulation.Run(
            settings, LinearPrice.Constant(Seconds.Milliseconds(1)), new ClosedLoop(8, shapes, 8), CancellationToken.None);
        Assert.Equal(0.0045, result.Ttft!.Mean.Value, 9);
        Assert.Equal(57, result.Work.Steps);
    }

    [Fact]
    public void A_run_without_requests_ends_at_once_and_has_no_statistics()
    {
        ServeResult result = Run(Roomy);
        Assert.Equal(ServeEnd.Drained, result.End);
        Assert.Null(result.Ttft);
        Assert.Equal(0, result.Utilisation);
        Assert.Equal(0, result.OutputTokensPerSecond);
    }

    [Fact]
    public void An_iteration_that_never_ends_stops_the_run_with_a_reason()
    {
        ServeResult result = Run(Roomy, LinearPrice.Constant(Seconds.From(1e12)), ListSource.Request(0, 0, 1, 1));
        Assert.Equal(ServeEnd.Stuck, result.End);
        Assert.NotNull(result.StuckBecause);
        Assert.Equal(1, result.Requests.Unfinished);
    }

    [Fact]
    public void A_price_that_is_no_time_is_refused() =>
        Assert.Throws<InvalidOperationException>(() => Run(Roomy, LinearPrice.Constant(Seconds.From(double.NaN)), ListSource.Request(0, 0, 1, 1)));

    [Fact]
    public void Settings_tell_all_their_problems_by_name()
    {
        ServeSettings settings = Roomy with { Replicas = 0, Router = "toss", MaxBatchedTokens = 63, Chunk = 1 } with
        {
            BlockSize = 0,
            Timeout = Seconds.Zero,
            QueueLimit = -1,
        };
        Assert.Equal(
            ["replicas", "router", "max_batched_tokens", "chunk", "block_size", "queue_limit", "timeout"],
            settings.Problems().Select(problem => problem.Setting));
        Assert.Empty(Roomy.Problems());
        Assert.Throws<ArgumentException>(() => Run(settings));
    }

    [Fact]
    public void A_cancelled_run_stops()
    {
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => ServeSimulation.Run(Roomy, Price, new ListSource([]), cancelled.Token));
    }

    [Fact]
    public void The_same_seed_gives_the_same_result_and_another_seed_another()
    {
        Assert.Equal(Seeded(1).EndToEnd, Seeded(1).EndToEnd);
        Assert.NotEqual(Seeded(1).EndToEnd, Seeded(2).EndToEnd);

        static ServeResult Seeded(long seed) => ServeSimulation.Run(
            Roomy with { KvCapacityTokens = 20_000 },
            Price,
            new OpenLoop(
                ArrivalProcess.Poisson(Hertz.From(8)),
                new RequestShapes
                {
                    Prompt = LengthDistribution.LogNormal(500, 1.2, 8000),
                    Output = LengthDistribution.Exponential(150, 1000),
                    Seed = seed,
                },
                1000),
            CancellationToken.None);
    }

    private static ServeResult Run(ServeSettings settings, params Request[] requests) => Run(settings, Price, requests);

    private static ServeResult Run(ServeSettings settings, IStepPrice price, params Request[] requests) =>
        ServeSimulation.Run(settings, price, new ListSource(requests), CancellationToken.None);
}
