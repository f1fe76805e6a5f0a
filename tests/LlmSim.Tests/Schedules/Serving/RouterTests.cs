using LlmSim.Model.Units;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Serving.Routing;
using LlmSim.Schedules.Traffic;
using Xunit;

namespace LlmSim.Tests.Schedules.Serving;

/// <summary>Routers against queueing theory, and affinity against the caches that it is for.</summary>
public sealed class RouterTests
{
    private const double MeanService = 1;

    /// <summary>A service is a number of steps with an exponential distribution, of mean 1 s.</summary>
    private const int MeanSteps = 200;

    private static readonly RequestShapes Shapes =
        new() { Prompt = LengthDistribution.Fixed(1), Output = LengthDistribution.Exponential(MeanSteps), Seed = 31 };

    private static readonly ServeSettings OneAtATime = new() { MaxBatch = 1, MaxBatchedTokens = 64, KvCapacityTokens = 100_000, Seed = 9 };

    [Fact]
    public void Random_replicas_are_queues_of_their_own()
    {
        // M/M/1 at load 0.7: time in the system is 1 / (1 - 0.7) services.
        Assert.Equal(1 / (1 - 0.7), Residence(Routers.Random, 20, 0.7), 0.04 / 0.3);
    }

    [Theory]
    [InlineData(0.7)]
    [InlineData(0.9)]
    public void The_better_of_two_random_replicas_is_as_the_supermarket_model_says(double load)
    {
        // Mitzenmacher 2001: with many servers the share of queues of i or more is load^(2^i - 1), so time in the system is the sum of load^(2^i - 2).
        double expected = Enumerable.Range(1, 12).Sum(i => Math.Pow(load, Math.Pow(2, i) - 2));
        double found = Residence(Routers.PowerOfTwo, 100, load);
        Assert.Equal(expected, found, 0.05 * expected);
        Assert.True(found < 0.6 / (1 - load));
    }

    [Fact]
    public void In_turn_every_replica_sees_gaps_of_several_arrivals()
    {
        // Two replicas in turn: each is E2/M/1, whose root s solves s = (2 a / (2 a + 1 - s))² for arrivals of rate a at it; time in the system is 1 / (1 - s).
        const double load = 0.8;
        double root = 0.5;
        for (int i = 0; i < 200; i++)
        {
            root = Math.Pow(2 * load / ((2 * load) + 1 - root), 2);
        }

        double expected = 1 / (1 - root);
        Assert.Equal(expected, Residence(Routers.RoundRobin, 2, load), 0.04 * expected);
    }

    [Fact]
    public void The_fewest_outstanding_of_all_beats_two_looks_and_two_looks_beat_one()
    {
        double[] waits = [.. new[] { Routers.LeastOutstanding, Routers.PowerOfTwo, Routers.Random }.Select(static router => Residence(router, 10, 0.9))];
        Assert.Equal(waits.Order(), waits);
    }

    [Fact]
    public void Affinity_lifts_the_hit_rate_where_the_beginnings_do_not_all_fit_into_one_cache()
    {
        // 16 beginnings of 64 blocks on 4 replicas that hold about 7 of them each: a home finds nearly all, a random replica about 7 of 16.
        double random = Alike(Routers.Random).PrefixHitRate;
        Assert.InRange(random, 0.3, 0.5);
        Assert.InRange(Alike(Routers.PrefixAffinity).PrefixHitRate, 0.75, 1);
        Assert.InRange(Alike(Routers.KvAware).PrefixHitRate, 0.75, 1);
        Assert.True(Alike(Routers.KvAware).Ttft!.Mean < Alike(Routers.Random).Ttft!.Mean);
    }

    [Fact]
    public void A_session_stays_on_its_replica_and_sessions_spread()
    {
        SessionShape shape = new()
        {
            Turn = new RequestShapes { Prompt = LengthDistribution.Fixed(40), Output = LengthDistribution.Fixed(10), Seed = 2 },
            Turns = LengthDistribution.Fixed(6),
            ThinkTime = Seconds.From(1),
        };
        List<RequestOutcome> outcomes = [];
        ServeSettings settings = OneAtATime with { MaxBatch = 8, Replicas = 4, Router = Routers.Session, PrefixCache = true };
        ServeResult result = ServeSimulation.Run(
            settings, LinearPrice.Constant(Seconds.Milliseconds(1)), new Sessions(shape, ArrivalProcess.Poisson(Hertz.From(5)), 3000), outcomes.Add, CancellationToken.None);
        Assert.All(outcomes.GroupBy(static one => one.Request.Session), static session => Assert.Single(session.Select(static one => one.Replica).Distinct()));
        Assert.All(outcomes.GroupBy(static one => one.Replica).Select(static replica => replica.Count()), static count => Assert.InRange(count, 550, 950));

        // Prompts of a session have 40, 90, ... 290 tokens; all but the first find the whole blocks of 49, 99, ... tokens before them.
        double cached = new[] { 48, 96, 144, 192, 240 }.Sum();
        Assert.InRange(result.PrefixHitRate, (cached / 990) - 0.01, (cached / 990) + 0.01);
    }

    [Fact]
    public void A_home_that_has_more_than_its_share_sends_away()
    {
        Request[] burst = [.. Enumerable.Range(0, 40).Select(static id => ListSource.Request(id, 0, 32, 100) with { PrefixBlocks = [7], PrefixBlockTokens = 16 })];
        List<RequestOutcome> outcomes = [];
        ServeSettings settings = OneAtATime with { MaxBatch = 64, Replicas = 4, Router = Routers.PrefixAffinity };
        ServeSimulation.Run(settings, LinearPrice.Constant(Seconds.Milliseconds(1)), new ListSource(burst), outcomes.Add, CancellationToken.None);
        int[] counts = [.. outcomes.GroupBy(static one => one.Replica).Select(static replica => replica.Count()).Order()];
        Assert.Equal(40, counts.Sum());
        Assert.InRange(counts[^1], 10, 13);
    }

    private static ServeResult Alike(string router)
    {
        RequestShapes shapes = new()
        {
            Prompt = LengthDistribution.Fixed(1),
            Output = LengthDistribution.Fixed(4),
            Seed = 12,
            Prefix = new SharedPrefix { Tokens = 1024, Groups = 16 },
        };
        ServeSettings settings = new()
        {
            MaxBatch = 4,
            MaxBatchedTokens = 2048,
            KvCapacityTokens = (7 * 1024) + 256,
            PrefixCache = true,
            Replicas = 4,
            Router = router,
            Seed = 3,
        };
        LinearPrice price = new() { Step = 1_000_000, PerPrefillToken = 10_000 };
        return ServeSimulation.Run(settings, price, new OpenLoop(ArrivalProcess.Poisson(Hertz.From(40)), shapes, 8000), CancellationToken.None);
    }

    /// <summary>Mean time in the system in services; the first token comes out one step after the service starts.</summary>
    private static double Residence(string router, int replicas, double load)
    {
        ServeSettings settings = OneAtATime with { Replicas = replicas, Router = router };
        Seconds step = Seconds.From(MeanService / MeanSteps);
        OpenLoop source = new(ArrivalProcess.Poisson(Hertz.From(load * replicas / MeanService)), Shapes, 100_000);
        return ServeSimulation.Run(settings, LinearPrice.Constant(step), source, CancellationToken.None).EndToEnd!.Mean.Value / MeanService;
    }
}
