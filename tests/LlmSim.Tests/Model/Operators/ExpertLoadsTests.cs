using LlmSim.Model.Draws;
using LlmSim.Model.Operators;
using Xunit;

namespace LlmSim.Tests.Model.Operators;

/// <summary>Loads of experts against a walk over single tokens, and against figures of the collectors whose laws they follow.</summary>
public sealed class ExpertLoadsTests
{
    [Theory]
    [InlineData(8, 64, 57, 64)]
    [InlineData(64, 256, 225, 198)]
    [InlineData(512, 256, 256, 230)]
    public void Laws_touch_as_many_experts_as_their_collector_does(int tokens, int balanced, int uniform, int power)
    {
        Assert.Equal(balanced, Touched(ExpertRouting.Balanced, tokens), 0.5);
        Assert.Equal(uniform, Touched(ExpertRouting.Uniform, tokens), 3.0);
        Assert.Equal(power, Touched(ExpertRouting.PowerLaw(1.01), tokens), 4.0);
    }

    [Fact]
    public void The_busiest_of_eight_ranks_stands_out_as_in_the_collector()
    {
        Assert.Equal(1.08, Imbalance(ExpertRouting.Uniform), 0.03);
        Assert.Equal(1.46, Imbalance(ExpertRouting.PowerLaw(1.01)), 0.15);
        Assert.Equal(1.55, Imbalance(ExpertRouting.PowerLaw(1.2)), 0.2);
        Assert.True(Imbalance(ExpertRouting.PowerLaw(1.2)) > Imbalance(ExpertRouting.PowerLaw(1.01)));
    }

    [Fact]
    public void A_group_limit_halves_the_experts_that_balanced_routing_touches()
    {
        ExpertRouting limited = ExpertRouting.Balanced with { Groups = 8, KeptGroups = 4 };
        Assert.Equal(128, Touched(limited, 4096));
        Assert.Equal(4096 * 8, ExpertLoads.Of(256, 8, 4096, 1, limited).Pairs);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(48)]
    [InlineData(1024)]
    public void Drawn_loads_keep_every_pair(int tokens)
    {
        foreach (ExpertRouting routing in (ExpertRouting[])[ExpertRouting.Balanced, ExpertRouting.PowerLaw(1.2), ExpertRouting.PowerLaw(1.01) with { LowestFirst = true }])
        {
            Assert.Equal(tokens * 8, ExpertLoads.Of(256, 8, tokens, 1, routing).Pairs);
            Assert.Equal(tokens * 8, ExpertLoads.Of(256, 8, tokens, 1, routing with { Groups = 8, KeptGroups = 4 }).Pairs);
        }
    }

    [Fact]
    public void The_early_collector_puts_a_token_on_one_rank() =>
        Assert.Equal(8, ExpertLoads.Of(256, 8, 1, 32, ExpertRouting.PowerLaw(1.2) with { LowestFirst = true }).Touched);

    [Theory]
    [InlineData(256, 8, 1, 1)]
    [InlineData(256, 8, 16, 8)]
    [InlineData(256, 8, 512, 8)]
    [InlineData(128, 4, 64, 2)]
    [InlineData(8, 2, 512, 4)]
    [InlineData(256, 8, 8, 32)]
    [InlineData(128, 8, 4096, 16)]
    public void The_closed_form_of_uniform_routing_matches_a_walk_over_tokens(int experts, int topK, int tokens, int shards)
    {
        const int Walks = 200;
        double touched = 0;
        double pairs = 0;
        double blocks = 0;
        for (int walk = 0; walk < Walks; walk++)
        {
            int[] loads = Walk(experts, topK, tokens, walk);
            int[] busiest = loads.Chunk(experts / shards).MaxBy(static rank => rank.Sum())!;
            touched += busiest.Count(static load => load > 0);
            pairs += busiest.Sum();
            blocks += busiest.Sum(static load => (load + 15) / 16);
        }

        ExpertLoads closed = ExpertLoads.Of(experts, topK, tokens, shards, ExpertRouting.Uniform);
        Assert.InRange(closed.Pairs * Walks / pairs, 0.95, 1.05);
        Assert.InRange(closed.Touched * Walks / touched, 0.95, 1.05);
        Assert.InRange(closed.Blocks(16) * Walks / blocks, 0.95, 1.05);
    }

    [Fact]
    public void More_tokens_never_touch_fewer_experts_and_no_size_makes_a_jump()
    {
        ExpertLoads last = ExpertLoads.Of(256, 8, 0.5, 8, ExpertRouting.Uniform);
        for (double tokens = 0.505; tokens < 8192; tokens *= 1.01)
        {
            ExpertLoads next = ExpertLoads.Of(256, 8, tokens, 8, ExpertRouting.Uniform);
            Assert.InRange(next.Pairs / last.Pairs, 1, 1.011);
            Assert.InRange(next.Touched / last.Touched, 1, 1.011);

            // Where a load passes a multiple of 64, 1 % more tokens fill up to 2.2 % more blocks.
            Assert.InRange(next.Blocks(64) / last.Blocks(64), 0.999, 1.025);
            last = next;
        }
    }

    [Fact]
    public void Between_its_draws_a_law_is_interpolated()
    {
        ExpertRouting law = ExpertRouting.PowerLaw(1.01);
        double low = ExpertLoads.Of(256, 8, 80, 8, law).Pairs;
        double high = ExpertLoads.Of(256, 8, 96, 8, law).Pairs;
        Assert.Equal((low + high) / 2, ExpertLoads.Of(256, 8, 88, 8, law).Pairs, 9);
    }

    private static double Touched(ExpertRouting routing, int tokens) => ExpertLoads.Of(256, 8, tokens, 1, routing).Touched;

    private static double Imbalance(ExpertRouting routing) => ExpertLoads.Of(256, 8, 512, 8, routing).Pairs / 512;

    private static int[] Walk(int experts, int topK, int tokens, int walk)
    {
        var random = new CounterRandom(99, walk);
        int[] loads = new int[experts];
        int[] deck = [.. Enumerable.Range(0, experts)];
        long index = 0;
        for (int token = 0; token < tokens; token++)
        {
            for (int j = 0; j < topK; j++)
            {
                int pick = j + (int)(random.Uniform(index++) * (experts - j));
                (deck[j], deck[pick]) = (deck[pick], deck[j]);
                loads[deck[j]]++;
            }
        }

        return loads;
    }
}
