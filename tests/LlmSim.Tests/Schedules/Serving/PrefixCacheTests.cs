using CsCheck;
using LlmSim.Model.Draws;
using LlmSim.Model.Units;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Serving.Routing;
using LlmSim.Schedules.Traffic;
using Xunit;

namespace LlmSim.Tests.Schedules.Serving;

/// <summary>What the prefix cache finds, against a list kept by hand, a closed form and a run without it.</summary>
public sealed class PrefixCacheTests
{
    private static readonly LinearPrice Tick = new() { Step = 1_000_000, PerPrefillToken = 1000 };

    private static readonly Gen<Scenario> Alike =
        from scenario in Scenarios.Generate(wholeNanoseconds: true)
        from groups in Gen.Int[1, 4]
        from times in Gen.Int[1, 2]
        from limit in Gen.Int[2, 60]
        select scenario with
        {
            Settings = scenario.Settings with { PrefixCache = true },
            Requests = [.. scenario.Requests.Select(one => Chained(one, one.Id % groups, times * scenario.Settings.BlockSize, limit))],
        };

    [Fact]
    public void A_cache_of_single_blocks_hits_exactly_as_a_list_of_the_least_recently_used()
    {
        // A request has one block in common and one of its own, so nine of ten blocks hold contents when the next request looks.
        const int capacity = 10;
        Request[] requests = [.. Enumerable.Range(0, 5000).Select(static id => OneBlock(id, (long)(30 * Math.Pow(new CounterRandom(5, 0).Uniform(id), 2))))];
        List<RequestOutcome> outcomes = Outcomes(capacity, requests);
        List<long> recent = [];
        foreach (RequestOutcome outcome in outcomes)
        {
            long hash = outcome.Request.PrefixBlocks[0];
            Assert.Equal(recent.Remove(hash) ? 16 : 0, outcome.CachedTokens);
            recent.Add(hash);
            recent.RemoveRange(0, Math.Max(0, recent.Count - (capacity - 1)));
        }

        Assert.InRange(outcomes.Count(static one => one.CachedTokens > 0), 1000, 4500);
    }

    [Theory]
    [InlineData(5, 20)]
    [InlineData(17, 20)]
    public void Contents_that_are_equally_likely_hit_as_often_as_the_cache_holds_of_them(int capacity, int contents)
    {
        // Any content is among the last C different ones with probability C / N (King 1971, for equal probabilities).
        Request[] requests = [.. Enumerable.Range(0, 40_000).Select(id => OneBlock(id, (long)(contents * new CounterRandom(6, 0).Uniform(id))))];
        double hits = Outcomes(capacity, requests).Average(static one => one.CachedTokens / 16.0);
        double expected = (capacity - 1.0) / contents;
        Assert.InRange(hits, expected - 0.0125, expected + 0.0125);
    }

    [Fact]
    public void A_conversation_computes_only_what_is_new()
    {
        // Prompts of 100, 200, 300 tokens of one session: the second finds the whole blocks of the first and its answer, (100 + 20 - 1) / 16 = 7 of them.
        ServeSettings settings = new() { MaxBatch = 4, MaxBatchedTokens = 4096, KvCapacityTokens = 4096, PrefixCache = true };
        List<RequestOutcome> outcomes = [];
        Request[] turns = [.. Enumerable.Range(0, 3).Select(static turn => Chained(ListSource.Request(turn, turn, 100 * (turn + 1), 20), 1, 16, int.MaxValue))];
        ServeResult result = ServeSimulation.Run(settings, Tick, new ListSource(turns), outcomes.Add, CancellationToken.None);
        Assert.Equal([0, 112, 208], outcomes.Select(static one => one.CachedTokens));
        Assert.Equal(600 - 320, result.Work.PrefillTokens);
        Assert.Equal(320.0 / 600, result.PrefixHitRate, 12);

        // A millisecond, and a microsecond for each of the 88 tokens that are new.
        Assert.Equal(1.088e-3, (outcomes[1].FirstToken - outcomes[1].Request.Arrival).Value, 9);
    }

    [Fact]
    public void A_prompt_that_is_wholly_cached_still_computes_its_last_block()
    {
        List<RequestOutcome> outcomes = Outcomes(100, [.. Enumerable.Range(0, 2).Select(static id => Chained(ListSource.Request(id, id, 64, 1), 1, 16, int.MaxValue))]);
        Assert.Equal([0, 48], outcomes.Select(static one => one.CachedTokens));
    }

    [Fact]
    public void Leaping_and_stepping_give_the_same_nanoseconds_with_a_prefix_cache() => Gen.Select(Alike, Gen.Int[1, 3], Gen.Int[0, Routers.Names.Length - 1]).Sample(
        static (scenario, replicas, router) =>
        {
            ServeSettings settings = scenario.Settings with { Replicas = replicas, Router = Routers.Names[router] };
            List<RequestOutcome> leaps = Run(scenario with { Settings = settings });
            Assert.Equal(leaps, Run(scenario with { Settings = settings with { Stepping = true } }));
        },
        iter: 3000);

    [Fact]
    public void Requests_end_once_and_all_blocks_come_back_with_a_prefix_cache() => Alike.Sample(
        static scenario => Assert.Equal(
            scenario.Requests.Select(static one => one.Id), Run(scenario).Select(static one => one.Request.Id).Order()),
        iter: 3000);

    [Fact]
    public void Prompts_with_nothing_in_common_are_served_as_without_a_cache() => Scenarios.Generate(wholeNanoseconds: true).Sample(
        static scenario =>
        {
            Scenario unlike = scenario with { Requests = [.. scenario.Requests.Select(one => Chained(one, one.Id, scenario.Settings.BlockSize, int.MaxValue))] };
            List<RequestOutcome> cached = Run(unlike with { Settings = scenario.Settings with { PrefixCache = true } });

            // A request that was pre-empted may find its own blocks again.
            if (cached.All(static one => one.Preemptions == 0))
            {
                Assert.Equal(Run(unlike), cached);
            }
        },
        iter: 1000);

    private static List<RequestOutcome> Run(Scenario scenario)
    {
        List<RequestOutcome> outcomes = [];
        ServeResult result = ServeSimulation.Run(scenario.Settings, scenario.Price, new ListSource(scenario.Requests), outcomes.Add, CancellationToken.None);
        Assert.Equal((ServeEnd.Drained, 0), (result.End, result.KvHeldTokens));
        return outcomes;
    }

    private static List<RequestOutcome> Outcomes(int blocks, Request[] requests)
    {
        ServeSettings settings = new() { MaxBatch = 1, MaxBatchedTokens = 64, KvCapacityTokens = 16 * blocks, PrefixCache = true };
        List<RequestOutcome> outcomes = [];
        ServeSimulation.Run(settings, Tick, new ListSource(requests), outcomes.Add, CancellationToken.None);
        Assert.Equal(requests.Length, outcomes.Count(static one => one.Status == RequestStatus.Completed));
        return outcomes;
    }

    private static Request OneBlock(long id, long content) => ListSource.Request(id, id, 17, 1) with { PrefixBlocks = [content], PrefixBlockTokens = 16 };

    /// <summary>A request whose first <paramref name="alike"/> tokens are those of its group and whose others are its own.</summary>
    private static Request Chained(Request request, long group, int blockTokens, int alike) => request with
    {
        PrefixBlockTokens = blockTokens,
        PrefixBlocks = [.. Enumerable.Range(0, (request.PromptTokens + request.OutputTokens) / blockTokens)
            .Select(block => (block + 1) * (long)blockTokens <= alike ? (group * 1000) + block : (1_000_000 * (request.Id + 1)) + block)],
    };
}
