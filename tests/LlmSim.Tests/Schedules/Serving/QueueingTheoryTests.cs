using LlmSim.Model.Units;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Traffic;
using Xunit;

namespace LlmSim.Tests.Schedules.Serving;

/// <summary>
/// With one place in the batch and a constant price of a step, a replica is a single server whose service time is a step an output token.
/// </summary>
public sealed class QueueingTheoryTests
{
    private const int Requests = 400_000;
    private static readonly Seconds Step = Seconds.Milliseconds(10);

    private static readonly ServeSettings OneAtATime = new() { MaxBatch = 1, MaxBatchedTokens = 64, KvCapacityTokens = 1024 };

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.5)]
    [InlineData(0.8)]
    public void Waiting_with_equal_service_times_is_as_Pollaczek_and_Khinchine_say(double load)
    {
        ServeResult result = Run(OneAtATime, load / Step.Value, LengthDistribution.Fixed(1));

        // M/D/1: Wq = rho · s / (2 · (1 - rho)).
        double expected = load * Step.Value / (2 * (1 - load));
        Assert.InRange(result.Queue!.Mean.Value, 0.97 * expected, 1.03 * expected);
        Assert.InRange(result.Utilisation, load - 0.005, load + 0.005);
    }

    [Fact]
    public void Waiting_with_unequal_service_times_is_as_Pollaczek_and_Khinchine_say()
    {
        // M/G/1: Wq = lambda · E[S²] / (2 · (1 - rho)); outputs of 1 to 9 tokens have mean 5 and mean square 285 / 9.
        const double load = 0.7;
        double rate = load / (5 * Step.Value);
        double expected = rate * (285.0 / 9) * Step.Value * Step.Value / (2 * (1 - load));
        ServeResult result = Run(OneAtATime, rate, LengthDistribution.Uniform(1, 9));
        Assert.InRange(result.Queue!.Mean.Value, 0.97 * expected, 1.03 * expected);
    }

    [Fact]
    public void Without_a_queue_the_refused_share_is_as_Erlang_says()
    {
        // M/G/1/1: the loss is rho / (1 + rho), whatever the distribution of service times.
        const double load = 0.6;
        ServeResult result = Run(OneAtATime with { QueueLimit = 0 }, load / (5 * Step.Value), LengthDistribution.Uniform(1, 9));
        double refused = (double)result.Requests.Rejected / result.Requests.Arrived;
        Assert.InRange(refused, (load / (1 + load)) - 0.004, (load / (1 + load)) + 0.004);
        Assert.Equal(result.Requests.Rejected, result.Rejections[RejectionReason.QueueFull]);
    }

    [Fact]
    public void Sequences_in_the_batch_are_throughput_times_residence()
    {
        // Little's law over the batch: the sum of residence times equals the integral of the batch size. Prompts of one chunk are in every iteration.
        ServeSettings settings = new() { MaxBatch = 12, MaxBatchedTokens = 4096, KvCapacityTokens = 100_000 };
        double residence = 0;
        RequestShapes shapes = new() { Prompt = LengthDistribution.Uniform(1, 100), Output = LengthDistribution.Exponential(30, 200), Seed = 5 };
        ServeResult result = ServeSimulation.Run(
            settings,
            LinearPrice.Constant(Step),
            new OpenLoop(ArrivalProcess.Gamma(Hertz.From(30), 1.5), shapes, 20_000),
            outcome => residence += (outcome.Finished - outcome.FirstScheduled).Value,
            CancellationToken.None);
        Assert.Equal(20_000, result.Requests.Completed);
        Assert.Equal(1, result.MeanBatchSize * result.BusyTime.Value / residence, 9);
        Assert.InRange(result.MeanBatchSize, 5, 12);
    }

    [Fact]
    public void A_closed_loop_of_two_stations_has_the_throughput_of_its_cycle()
    {
        // Fewer clients than places and a constant step: a cycle is 20 steps and the think time, so throughput is clients / cycle.
        ServeSettings settings = new() { MaxBatch = 8, MaxBatchedTokens = 4096, KvCapacityTokens = 100_000 };
        RequestShapes shapes = new() { Prompt = LengthDistribution.Fixed(10), Output = LengthDistribution.Fixed(20), Seed = 1 };
        ServeResult result = ServeSimulation.Run(
            settings, LinearPrice.Constant(Step), new ClosedLoop(4, shapes, 400, Seconds.Milliseconds(50)), CancellationToken.None);
        Assert.Equal((100 * 20 * 0.010) + (99 * 0.050), result.Makespan.Value, 9);
        Assert.Equal(400, result.Requests.Completed);
    }

    private static ServeResult Run(ServeSettings settings, double rate, LengthDistribution output)
    {
        RequestShapes shapes = new() { Prompt = LengthDistribution.Fixed(1), Output = output, Seed = 20240 };
        OpenLoop source = new(ArrivalProcess.Poisson(Hertz.From(rate)), shapes, Requests);
        ServeResult result = ServeSimulation.Run(settings, LinearPrice.Constant(Step), source, CancellationToken.None);
        Assert.Equal(ServeEnd.Drained, result.End);
        return result;
    }
}
