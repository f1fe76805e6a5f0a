using LlmSim.Model.Units;
using LlmSim.Schedules.Fleet;
using LlmSim.Schedules.Traffic;
using Xunit;

namespace LlmSim.Tests.Schedules.Fleet;

/// <summary>Stages around the model.</summary>
public sealed class InferenceGraphTests
{
    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(1, 0.8)]
    [InlineData(3, 0.8)]
    public void A_stage_of_exponential_times_waits_as_Erlang_says(int servers, double load)
    {
        GraphStage stage = new() { Name = "retriever", Servers = servers, Base = new(1), Random = true };
        FleetResult result = SampleFleet.Run(SampleFleet.Pool(100), SampleFleet.Poisson(load * servers, 400_000), job => job with { Graph = [stage] });

        // M/M/c: Wq = C(c, a) / (c - a), the probability of waiting by Erlang's C formula.
        double a = load * servers;
        double below = Enumerable.Range(0, servers).Sum(k => Math.Pow(a, k) / Factorial(k));
        double all = Math.Pow(a, servers) / Factorial(servers) / (1 - load);
        double expected = all / (below + all) / (servers - a);
        Assert.InRange(result.Stages[0].MeanWait.Value, 0.95 * expected, 1.05 * expected);
        Assert.InRange(result.Stages[0].Utilization, load - 0.01, load + 0.01);
    }

    [Fact]
    public void Times_of_the_stages_add_up_in_what_the_client_sees()
    {
        GraphStage before = new() { Name = "encoder", Servers = 10, Base = new(0.5), PerToken = new(0.25) };
        GraphStage after = new() { Name = "classifier", Servers = 10, Base = new(2), AfterModel = true };
        IRequestSource one = new ClosedLoop(1, new() { Prompt = LengthDistribution.Fixed(2), Output = LengthDistribution.Fixed(3), Seed = 1 }, 4);
        FleetResult result = SampleFleet.Run(SampleFleet.Pool(1), one, job => job with { Graph = [before, after] });

        // Encoder 0.5 + 2 x 0.25 s, three steps of 1 s, classifier 2 s; the client sends its next request then.
        Assert.Equal(6, result.Serving.EndToEnd!.Mean.Value, 9);
        Assert.Equal(6, result.Serving.EndToEnd.Max.Value, 9);
        Assert.Equal(24, result.Serving.Makespan.Value, 9);
    }

    [Fact]
    public void A_share_of_the_requests_passes_a_stage_by()
    {
        GraphStage half = new() { Name = "retriever", Servers = 100, Base = new(10), Share = 0.3 };
        FleetResult result = SampleFleet.Run(SampleFleet.Pool(50), SampleFleet.Poisson(1, 10_000), job => job with { Graph = [half] });
        Assert.InRange(result.Stages[0].Served / 10_000.0, 0.28, 0.32);
    }

    private static double Factorial(int n) => Enumerable.Range(1, n).Aggregate(1.0, static (product, k) => product * k);
}
