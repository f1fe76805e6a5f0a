using LlmSim.Model.Architecture;
using LlmSim.Model.Draws;
using LlmSim.Model.Operators;
using Xunit;

namespace LlmSim.Tests.Model.Operators;

/// <summary>Dropped tokens and uneven experts against papers and against routing token by token.</summary>
public sealed class ExpertTrafficTests
{
    [Theory]
    [InlineData(1.0)]
    [InlineData(1.25)]
    [InlineData(2.0)]
    public void Capacity_is_the_mean_load_times_its_factor(double factor)
    {
        // Fedus 2021 (Switch), equation 3: 1024 tokens on 8 experts have 128, 160 and 256 places.
        double rows = new ExpertTraffic(factor, 0).RowFactor(new MoeFeedForward(8, 1, 64), 1024, 1, 1);
        Assert.Equal(factor, rows, 1e-12);
    }

    [Theory]
    [InlineData(64, 4096, 1.0)]
    [InlineData(64, 4096, 1.25)]
    [InlineData(8, 1024, 1.1)]
    [InlineData(128, 8192, 1.1)]
    public void As_many_tokens_are_dropped_as_when_each_is_routed_by_lot(int experts, int tokens, double factor)
    {
        double dropped = 0;
        const int Trials = 60;
        int capacity = (int)Math.Ceiling(factor * tokens / experts);
        for (int trial = 0; trial < Trials; trial++)
        {
            dropped += Loads(experts, tokens, trial).Sum(load => Math.Max(0, load - capacity)) / (double)tokens / Trials;
        }

        Assert.InRange(new ExpertTraffic(factor, 0).DroppedShare(new MoeFeedForward(experts, 1, 64), tokens), (dropped * 0.85) - 5e-4, (dropped * 1.15) + 5e-4);
    }

    [Theory]
    [InlineData(64, 8)]
    [InlineData(64, 64)]
    [InlineData(256, 16)]
    public void The_fullest_rank_has_the_load_that_routing_by_lot_gives_it(int experts, int ranks)
    {
        const int Trials = 200;
        const int Tokens = 8192;
        double fullest = 0;
        for (int trial = 0; trial < Trials; trial++)
        {
            int[] loads = Loads(experts, Tokens, trial);
            fullest += loads.Chunk(experts / ranks).Max(static rank => rank.Sum()) * (double)ranks / Tokens / Trials;
        }

        double expected = new ExpertTraffic(null, 0).RowFactor(new MoeFeedForward(experts, 1, 64), Tokens / 8d, 8, ranks);
        Assert.InRange((expected - 1) / (fullest - 1), 0.85, 1.15);
    }

    [Fact]
    public void More_popular_experts_drop_more_and_wait_longer()
    {
        var spec = new MoeFeedForward(64, 2, 64);
        Assert.True(new ExpertTraffic(1.25, 0.5).DroppedShare(spec, 4096) > new ExpertTraffic(1.25, 0.1).DroppedShare(spec, 4096));
        Assert.True(new ExpertTraffic(null, 0.5).RowFactor(spec, 4096, 8, 8) > new ExpertTraffic(null, 0.1).RowFactor(spec, 4096, 8, 8));
        Assert.Equal(1, new ExpertTraffic(null, 0.5).RowFactor(spec, 4096, 1, 1));
    }

    private static int[] Loads(int experts, int tokens, int trial)
    {
        int[] loads = new int[experts];
        var random = new CounterRandom(trial, 1);
        for (int token = 0; token < tokens; token++)
        {
            loads[(int)(random.Uniform(token) * experts)]++;
        }

        return loads;
    }
}
