using LlmSim.Model.Units;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Serving.Results;
using LlmSim.Schedules.Traffic;
using Xunit;

namespace LlmSim.Tests.Schedules.Serving;

/// <summary>Promises kept, verdicts on load and series over time.</summary>
public sealed class ServeResultsTests
{
    private static readonly Seconds Step = Seconds.Milliseconds(10);
    private static readonly ServeSettings OneAtATime = new() { MaxBatch = 1, MaxBatchedTokens = 64, KvCapacityTokens = 10_000 };

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.1)]
    public void The_share_that_keeps_its_promise_is_the_distribution_function_of_the_theory(double promise)
    {
        // M/M/1 at load 0.5 and mean service 50 ms: time in the system is exponential of mean 100 ms, so the share within t is 1 - exp(-t / 100 ms).
        ServeResult result = Run(
            OneAtATime with { Classes = [RequestClass.All with { Level = new(null, null, Seconds.From(promise)) }] },
            LinearPrice.Constant(Seconds.From(50e-6)), 10, LengthDistribution.Exponential(1000), 200_000);
        double expected = 1 - Math.Exp(-promise / 0.1);
        Assert.InRange(result.Classes[0].Attainment, expected - 0.01, expected + 0.01);
        Assert.Equal(result.Classes[0].Good / result.Makespan.Value, result.Goodput, 9);
    }

    [Fact]
    public void Classes_keep_their_own_promises_and_percentiles()
    {
        // Alone on the server: one token after 10 ms, five after 50 ms.
        ServeSettings settings = OneAtATime with
        {
            Classes = [new("short", new(Seconds.Milliseconds(10), null, null)), new("long", new(null, Seconds.Milliseconds(10), Seconds.Milliseconds(49)))],
        };
        Request[] requests = [.. Enumerable.Range(0, 10).Select(static id => ListSource.Request(id, id, 5, id < 6 ? 1 : 5) with { Class = id < 6 ? 0 : 1 })];
        ServeResult result = ServeSimulation.Run(settings, LinearPrice.Constant(Step), new ListSource(requests), CancellationToken.None);
        Assert.Equal([(6L, 6L), (4L, 0L)], result.Classes.Select(static one => (one.Ended, one.Good)));
        Assert.Equal([0.010, 0.050], result.Classes.Select(static one => one.EndToEnd!.P99.Value), static (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.Null(result.Classes[0].Tpot);
    }

    [Fact]
    public void A_refused_request_breaks_its_promise()
    {
        ServeSettings settings = OneAtATime with { QueueLimit = 0 };
        Request[] requests = [.. Enumerable.Range(0, 4).Select(static id => ListSource.Request(id, 0.001 * id, 5, 1))];
        ClassResult all = ServeSimulation.Run(settings, LinearPrice.Constant(Step), new ListSource(requests), CancellationToken.None).Classes[0];
        Assert.Equal((4, 1, 0.25), (all.Ended, all.Good, all.Attainment));
    }

    [Theory]
    [InlineData(0.5, LoadState.Stable)]
    [InlineData(0.9, LoadState.Backlogged)]
    [InlineData(1.2, LoadState.Overloaded)]
    [InlineData(3, LoadState.Overloaded)]
    public void The_verdict_on_one_server_is_what_its_load_says(double load, LoadState expected)
    {
        // M/D/1 waits as long as it serves at load 2/3; above 1 all but 1 / load of the requests pile up.
        Saturation verdict = Run(OneAtATime, LinearPrice.Constant(Step), load / Step.Value, LengthDistribution.Fixed(1), 20_000).Saturation!;
        Assert.Equal(expected, verdict.State);
        if (load > 1)
        {
            Assert.InRange(verdict.Growth, 0.9 * (1 - (1 / load)), 1.1 * (1 - (1 / load)));
        }
    }

    [Fact]
    public void A_full_queue_that_loses_requests_is_overloaded_and_three_requests_tell_nothing()
    {
        // M/D/1 with a short queue at load 1.3 loses at least 1 - 1 / 1.3 of them.
        Saturation verdict = Run(OneAtATime with { QueueLimit = 3 }, LinearPrice.Constant(Step), 130, LengthDistribution.Fixed(1), 20_000).Saturation!;
        Assert.Equal(LoadState.Overloaded, verdict.State);
        Assert.InRange(verdict.LostShare, 0.23, 0.3);
        Assert.Null(Run(OneAtATime, LinearPrice.Constant(Step), 1, LengthDistribution.Fixed(1), 3).Saturation);
    }

    [Fact]
    public void A_timeline_obeys_Littles_law_and_ends_in_what_the_result_says()
    {
        ServeTimeline timeline = new(4000);
        ServeSettings settings = new() { MaxBatch = 16, MaxBatchedTokens = 256, KvCapacityTokens = 4000, Replicas = 2 };
        RequestShapes shapes = new() { Prompt = LengthDistribution.Uniform(1, 100), Output = LengthDistribution.Uniform(1, 60), Seed = 5 };
        ServeResult result = ServeSimulation.Run(
            settings, LinearPrice.Constant(Seconds.Milliseconds(5)), new OpenLoop(ArrivalProcess.Poisson(Hertz.From(60)), shapes, 6000),
            new ServeWatch { Timeline = timeline }, CancellationToken.None);
        TimelineSample[] samples = [.. timeline.Samples.Where(sample => sample.Time >= result.FirstArrival)];

        // Little: the mean number in the system over time is the rate of completions times the mean time in the system.
        double expected = 6000 * result.EndToEnd!.Mean.Value / (result.Ended - result.FirstArrival).Value;
        Assert.InRange(samples.Average(static sample => sample.Waiting + sample.Active), 0.97 * expected, 1.03 * expected);
        Assert.InRange(samples.Length, 1000, 4000);
        Assert.Equal(samples[^1].Arrived, samples[^1].Completed + samples[^1].Waiting + samples[^1].Active);
        Assert.All(samples, static sample => Assert.InRange(sample.KvUsed, 0, 1));
        Assert.All(samples.Zip(samples.Skip(1)), static pair => Assert.True(pair.First.Time < pair.Second.Time && pair.First.Work.Steps <= pair.Second.Work.Steps));
    }

    [Fact]
    public void Looking_on_changes_nothing()
    {
        RequestShapes shapes = new() { Prompt = LengthDistribution.Uniform(1, 100), Output = LengthDistribution.Uniform(1, 60), Seed = 5 };
        ServeSettings settings = new() { MaxBatch = 16, MaxBatchedTokens = 64, KvCapacityTokens = 1000, Replicas = 3, Timeout = Seconds.From(2) };
        LinearPrice price = new() { Step = 1_000_003.7, PerContextToken = 1001.3, PerPrefillToken = 10_007.1 };
        List<RequestOutcome>[] seen = [[], []];
        ServeResult[] results =
        [
            .. seen.Select((list, i) => ServeSimulation.Run(
                settings, price, new OpenLoop(ArrivalProcess.Gamma(Hertz.From(80), 2), shapes, 3000),
                new ServeWatch { Observe = list.Add, Timeline = i == 0 ? null : new ServeTimeline(100) }, CancellationToken.None)),
        ];
        Assert.Equal(seen[0], seen[1]);
        Assert.Equal(results[0].Ttft, results[1].Ttft);
        Assert.Equal(results[0].Itl, results[1].Itl);
        Assert.Equal(results[0].Work, results[1].Work);
    }

    private static ServeResult Run(ServeSettings settings, LinearPrice price, double rate, LengthDistribution output, long requests)
    {
        RequestShapes shapes = new() { Prompt = LengthDistribution.Fixed(1), Output = output, Seed = 77 };
        return ServeSimulation.Run(settings, price, new OpenLoop(ArrivalProcess.Poisson(Hertz.From(rate)), shapes, requests), CancellationToken.None);
    }
}
