using LlmSim.Model.Units;
using LlmSim.Schedules.Traffic;
using Xunit;

namespace LlmSim.Tests.Schedules.Traffic;

/// <summary>Conversations and mixtures of classes.</summary>
public sealed class SessionsTests
{
    private static readonly Seconds Service = Seconds.From(3);

    private static readonly SessionShape Shape = new()
    {
        Turn = new RequestShapes
        {
            Prompt = LengthDistribution.Uniform(1, 60),
            Output = LengthDistribution.Uniform(1, 90),
            Seed = 4,
            Prefix = new SharedPrefix { Tokens = 50, Groups = 2, BlockTokens = 16 },
        },
        Turns = LengthDistribution.Uniform(1, 9),
        ThinkTime = Seconds.From(10),
    };

    [Fact]
    public void A_turn_carries_all_that_was_said_and_its_cache_begins_with_that_of_the_turn_before()
    {
        foreach (Request[] session in Served(Shape, 2000).GroupBy(static request => request.Session).Select(static session => session.ToArray()))
        {
            Assert.InRange(session[0].PromptTokens, 51, 110);
            Assert.All(session, static request => Assert.Equal((request.PromptTokens + request.OutputTokens) / 16, request.PrefixBlocks.Length));
            foreach ((Request before, Request after) in session.Zip(session.Skip(1)))
            {
                Assert.InRange(after.PromptTokens - before.PromptTokens - before.OutputTokens, 1, 60);
                Assert.Equal(before.PrefixBlocks.AsEnumerable(), after.PrefixBlocks.Take(before.PrefixBlocks.Length));
                Assert.True(after.Arrival >= before.Arrival + Service);
            }
        }
    }

    [Fact]
    public void Turns_and_think_times_have_the_means_that_were_asked_for()
    {
        Request[][] sessions = [.. Served(Shape, 40_000).GroupBy(static request => request.Session).Select(static session => session.ToArray())];

        // Sessions that are cut at the end of the run are few: at any time about rate x length, 2/s x 65 s.
        double[] thinking = [.. sessions.SelectMany(static session => session.Zip(session.Skip(1)).Select(static pair => (pair.Second.Arrival - pair.First.Arrival).Value - 3))];
        Assert.InRange(thinking.Average(), 10 - (5 * 10 / Math.Sqrt(thinking.Length)) - 0.05, 10 + (5 * 10 / Math.Sqrt(thinking.Length)));
        Assert.InRange(sessions.SkipLast(400).Average(static session => session.Length), 4.8, 5.2);
    }

    [Fact]
    public void A_session_ends_before_a_turn_that_outgrows_the_context()
    {
        List<Request> requests = Served(Shape with { MaxContext = 300 }, 2000);
        Assert.All(requests, static request => Assert.InRange(request.PromptTokens + request.OutputTokens, 52, 300));
        Assert.True(requests.GroupBy(static request => request.Session).Max(static session => session.Count()) < 9);
    }

    [Fact]
    public void Classes_arrive_merged_in_order_of_time_and_each_as_it_would_alone()
    {
        List<Request> merged = Drain(new TrafficClasses([(Open(1), 5), (Open(2), -1)]));
        Assert.Equal(merged.Select(static request => request.Arrival).Order(), merged.Select(static request => request.Arrival));
        Assert.Equal(Enumerable.Range(0, 600).Select(static id => (long)id), merged.Select(static request => request.Id));
        foreach (int one in new[] { 0, 1 })
        {
            Request[] members = [.. merged.Where(request => request.Class == one)];
            Assert.All(members, request => Assert.Equal(one == 0 ? 5 : -1, request.Priority));
            Assert.Equal(Drain(Open(one + 1)).Select(Lengths), members.Select(Lengths));
        }

        static (Instant, int, int) Lengths(Request request) => (request.Arrival, request.PromptTokens, request.OutputTokens);
    }

    [Fact]
    public void A_closed_loop_among_classes_hears_of_its_own_requests_only()
    {
        RequestShapes shapes = Shape.Turn with { Prefix = SharedPrefix.None };
        TrafficClasses classes = new([(new ClosedLoop(2, shapes, 10), 0), (new ClosedLoop(1, shapes, 10), 0)]);
        Assert.Equal(3, Enumerable.Range(0, 3).Count(_ => classes.NextArrival == Instant.Zero && classes.Take().Class >= 0));
        Assert.Equal(Instant.Never, classes.NextArrival);
        classes.Finished(new Request { Class = 1 }, new Instant(7));
        Assert.Equal(new Instant(7), classes.NextArrival);
        Assert.Equal(1, classes.Take().Class);
        Assert.Equal(Instant.Never, classes.NextArrival);
    }

    private static OpenLoop Open(long seed) => new(ArrivalProcess.Poisson(Hertz.From(seed)), Shape.Turn with { Seed = seed }, 300);

    private static List<Request> Drain(IRequestSource source)
    {
        List<Request> requests = [];
        while (source.NextArrival != Instant.Never)
        {
            requests.Add(source.Take());
        }

        return requests;
    }

    /// <summary>Requests of a server that answers each after <see cref="Service"/>, however many there are.</summary>
    private static List<Request> Served(SessionShape shape, long count)
    {
        Sessions sessions = new(shape, ArrivalProcess.Poisson(Hertz.From(2)), count);
        List<Request> requests = [];
        Queue<(Request Request, Instant End)> running = new();
        while (sessions.NextArrival != Instant.Never || running.Count > 0)
        {
            if (running.TryPeek(out (Request Request, Instant End) first) && first.End <= sessions.NextArrival)
            {
                sessions.Finished(first.Request, first.End);
                running.Dequeue();
                continue;
            }

            Request request = sessions.Take();
            requests.Add(request);
            running.Enqueue((request, request.Arrival + Service));
        }

        Assert.Equal(count, requests.Count);
        return requests;
    }
}
