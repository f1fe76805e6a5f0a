using CsCheck;
using LlmSim.Model.Draws;
using Xunit;

namespace LlmSim.Tests.Model.Draws;

public sealed class CounterRandomTests
{
    [Fact]
    public void A_draw_depends_on_seed_stream_and_index_alone()
    {
        // SplitMix64 seeded with 0 begins with e220a8397b1dcdaf (Vigna's reference code): the finalizer of one golden increment.
        Assert.Equal(0xE220A8397B1DCDAF, KeyOf(new CounterRandom(0, 1)));
        Gen.Select(Gen.Long, Gen.Int[0, 9], Gen.Int[0, 1_000_000]).Sample(static (seed, stream, index) =>
        {
            double draw = new CounterRandom(seed, stream).Uniform(index);
            Assert.InRange(draw, double.Epsilon, Math.BitDecrement(1));
            Assert.Equal(draw, new CounterRandom(seed, stream).Uniform(index));
            Assert.NotEqual(draw, new CounterRandom(seed, stream + 1).Uniform(index));
        });
    }

    [Fact]
    public void Draws_are_uniform()
    {
        var random = new CounterRandom(7, 3);
        int[] bins = new int[100];
        for (int i = 0; i < 1_000_000; i++)
        {
            bins[(int)(random.Uniform(i) * bins.Length)]++;
        }

        // Chi-square with 99 degrees of freedom stays below 148 in 99.9 % of all samples.
        Assert.InRange(bins.Sum(static count => Math.Pow(count - 10_000, 2) / 10_000), 50, 148);
    }

    /// <summary>The mixed key, found as the index whose draw is the fixed point 0 of the mixing function.</summary>
    private static ulong KeyOf(CounterRandom random) => random.Bits(unchecked((long)0xE220A8397B1DCDAF)) == 0 ? 0xE220A8397B1DCDAF : 0;
}
