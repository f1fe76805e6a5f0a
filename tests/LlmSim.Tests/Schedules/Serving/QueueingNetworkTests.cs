using CsCheck;
using LlmSim.Model.Units;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Serving.Admission;
using LlmSim.Schedules.Traffic;
using Xunit;

namespace LlmSim.Tests.Schedules.Serving;

/// <summary>
/// With constant steps a batch of c places is c servers, and a closed loop with exponential think times is a closed network. Means agree with theory within
/// confidence bounds from batch means.
/// </summary>
public sealed class QueueingNetworkTests
{
    private const int Requests = 200_000;
    private const int Batches = 20;

    /// <summary>Quantile of Student's t distribution at 99.95 % with 19 degrees of freedom.</summary>
    private const double Student = 3.883;

    /// <summary>Services are exponential, of mean 1 s in steps of 1 ms; a request waits half a step more than theory says.</summary>
    private const int MeanSteps = 1000;

    private static readonly Seconds Step = Seconds.Milliseconds(1);

    [Theory]
    [InlineData(1, 0.3)]
    [InlineData(1, 0.8)]
    [InlineData(2, 0.7)]
    [InlineData(8, 0.75)]
    public void A_batch_of_places_waits_as_Erlang_says(int places, double load)
    {
        // M/M/c: Wq = C(c, a) / (c µ - λ) with Erlang's C; for one place this is rho / (1 - rho) services.
        List<RequestOutcome> outcomes = Open(places, load, LengthDistribution.Exponential(MeanSteps));
        double waits = ErlangC(places, load * places);
        Within(waits / (places * (1 - load)), outcomes, static one => (one.FirstScheduled - one.Request.Arrival).Value);
        Within(1 + (waits / (places * (1 - load))), outcomes, static one => (one.Finished - one.Request.Arrival).Value);
        Within(waits, outcomes, static one => one.FirstScheduled - one.Request.Arrival > Step ? 1 : 0);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void Equal_services_wait_half_as_long_as_exponential_ones(double load)
    {
        // M/D/1: Wq = rho / (2 (1 - rho)) services.
        Within(load / (2 * (1 - load)), Open(1, load, LengthDistribution.Fixed(MeanSteps)), static one => (one.FirstScheduled - one.Request.Arrival).Value);
    }

    [Theory]
    [InlineData(1, 12, 15)]
    [InlineData(1, 3, 1)]
    [InlineData(4, 20, 5)]
    public void A_closed_network_of_clients_and_places_has_the_throughput_of_its_product_form(int places, int clients, double thinkTime)
    {
        // Machine repair: p(n) ~ (1/Z)^n N! / (N - n)! / (product of min(i, c)) for n requests in the system; for one place as mean value analysis says.
        double[] weights = new double[clients + 1];
        weights[0] = 1;
        for (int n = 1; n <= clients; n++)
        {
            weights[n] = weights[n - 1] * (clients - n + 1) / thinkTime / Math.Min(n, places);
        }

        double sum = weights.Sum();
        double throughput = Enumerable.Range(0, clients + 1).Sum(n => Math.Min(n, places) * weights[n]) / sum;
        double present = Enumerable.Range(0, clients + 1).Sum(n => n * weights[n]) / sum;
        if (places == 1)
        {
            Assert.Equal(MeanValueAnalysis(clients, thinkTime), throughput, 9);
        }

        List<RequestOutcome> outcomes = [];
        ServeResult result = ServeSimulation.Run(
            Places(places), LinearPrice.Constant(Step),
            new ClosedLoop(clients, Shapes(LengthDistribution.Exponential(MeanSteps)), Requests / 2, Seconds.From(thinkTime), randomThinkTime: true), outcomes.Add, CancellationToken.None);
        Within(present / throughput, outcomes, static one => (one.Finished - one.Request.Arrival).Value);
        Assert.InRange(result.RequestsPerSecond, 0.985 * throughput, 1.015 * throughput);
    }

    [Fact]
    public void In_every_run_the_number_in_the_system_over_time_is_the_sum_of_the_times_in_it() => (
        from scenario in Scenarios.Generate(wholeNanoseconds: false)
        from replicas in Gen.Int[1, 3]
        from retries in Gen.Int[0, 2]
        from limit in Gen.Int[1, 10]
        select (scenario, replicas, retries, limit)).Sample(
        static drawn =>
        {
            ServeSettings settings = drawn.scenario.Settings with
            {
                Replicas = drawn.replicas,
                Limits = [new RateLimit { Algorithm = (LimitAlgorithm)(drawn.limit % 4), Limit = drawn.limit, Window = Seconds.Milliseconds(50) }],
                Retry = drawn.retries == 0 ? null : new RetryPolicy { Retries = drawn.retries, Backoff = Seconds.Milliseconds(3) },
            };
            CountingSource source = new(new ListSource(drawn.scenario.Requests));
            Int128 residence = 0;
            ServeResult result = ServeSimulation.Run(
                settings, drawn.scenario.Price, source, one => residence += one.Finished.Nanoseconds - one.Request.Arrival.Nanoseconds, CancellationToken.None);
            Assert.Equal(source.Integral, residence);
            Assert.Equal((0, 0L), (source.Present, result.KvHeldTokens));
        },
        iter: 3000);

    private static List<RequestOutcome> Open(int places, double load, LengthDistribution output)
    {
        List<RequestOutcome> outcomes = [];
        OpenLoop source = new(ArrivalProcess.Poisson(Hertz.From(load * places)), Shapes(output), Requests);
        ServeSimulation.Run(Places(places), LinearPrice.Constant(Step), source, outcomes.Add, CancellationToken.None);
        Assert.Equal(Requests, outcomes.Count);
        return outcomes;
    }

    private static ServeSettings Places(int places) => new() { MaxBatch = places, MaxBatchedTokens = 4096, KvCapacityTokens = 10_000_000 };

    private static RequestShapes Shapes(LengthDistribution output) => new() { Prompt = LengthDistribution.Fixed(1), Output = output, Seed = 2718 };

    private static void Within(double expected, List<RequestOutcome> outcomes, Func<RequestOutcome, double> measure)
    {
        int size = outcomes.Count / Batches;
        double[] means = [.. Enumerable.Range(0, Batches).Select(i => outcomes.Skip(i * size).Take(size).Average(measure))];
        double mean = means.Average();
        double bound = Student * Math.Sqrt(means.Sum(one => (one - mean) * (one - mean)) / (Batches - 1) / Batches);
        Assert.InRange(mean, expected - bound - (1.0 / MeanSteps), expected + bound + (1.0 / MeanSteps));
        Assert.True(bound < 0.2 * expected, "the bounds are too wide to tell anything");
    }

    /// <summary>Share of arrivals that find all servers busy, by the recursion of Erlang's B.</summary>
    private static double ErlangC(int servers, double offered)
    {
        double blocked = 1;
        for (int i = 1; i <= servers; i++)
        {
            blocked = offered * blocked / (i + (offered * blocked));
        }

        return servers * blocked / (servers - (offered * (1 - blocked)));
    }

    /// <summary>Reiser and Lavenberg 1980: an arrival sees the network with one client less.</summary>
    private static double MeanValueAnalysis(int clients, double thinkTime)
    {
        (double present, double throughput) = (0, 0);
        for (int n = 1; n <= clients; n++)
        {
            double residence = 1 + present;
            throughput = n / (thinkTime + residence);
            present = throughput * residence;
        }

        return throughput;
    }

    /// <summary>Counts from the clients' side how many requests are under way and for how long.</summary>
    private sealed class CountingSource(IRequestSource inner) : IRequestSource
    {
        private Instant _last;

        public int Present { get; private set; }

        public Int128 Integral { get; private set; }

        public Instant NextArrival => inner.NextArrival;

        public Request Take()
        {
            Change(inner.NextArrival, 1);
            return inner.Take();
        }

        public void Finished(in Request request, Instant now)
        {
            Change(now, -1);
            inner.Finished(request, now);
        }

        private void Change(Instant now, int by)
        {
            Integral += (Int128)(now.Nanoseconds - _last.Nanoseconds) * Present;
            _last = now;
            Present += by;
        }
    }
}
