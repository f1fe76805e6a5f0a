using CsCheck;
using LlmSim.Model.Calibration;
using LlmSim.Model.Catalog;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;
using LlmSim.Model.Units;
using Xunit;

namespace LlmSim.Tests.Model.Cost;

/// <summary>Attention against limits of the data sheet and against what more work must cost, far outside the measured sizes too.</summary>
public sealed class AttentionCostTests
{
    private static readonly Gen<string> Devices = Gen.OneOf("a100-sxm-80gb", "h100-sxm", "b200-sxm", "l4", "rtx-4090");
    private static readonly Gen<NumberFormat> Caches = Gen.OneOf(NumberFormat.Bf16, NumberFormat.Fp8);
    private static readonly Gen<(int Group, int KvHeads, int Size)> Heads = Gen.Select(Gen.OneOf(1, 2, 4, 8, 16, 64), Gen.OneOf(1, 2, 8, 32), Gen.OneOf(32, 64, 96, 128, 192, 256, 512));

    [Fact]
    public void Twice_the_prompt_costs_more_and_no_more_than_five_times_as_much() =>
        Gen.Select(Devices, Caches, Heads, Gen.Int[1, 300], Gen.Int[2, 50_000], Gen.OneOf(0, 128, 4096)).Sample(
            static (device, cache, heads, chunks, tokens, window) =>
            {
                double one = Price(device, Prompt(chunks, tokens, 0, heads, cache, window));
                double two = Price(device, Prompt(chunks, 2 * tokens, 0, heads, cache, window));
                Assert.InRange(two / one, 0.97, 5);
            },
            iter: 2000);

    [Fact]
    public void Twice_the_prompts_cost_more_and_at_most_twice_as_much() =>
        Gen.Select(Devices, Caches, Heads, Gen.Int[1, 1000], Gen.Int[2, 20_000], Gen.Int[0, 20_000]).Sample(
            static (device, cache, heads, chunks, tokens, past) =>
            {
                double one = Price(device, Prompt(chunks, tokens, past, heads, cache, 0));
                double two = Price(device, Prompt(2 * chunks, tokens, past, heads, cache, 0));
                Assert.InRange(two / one, 0.97, 2.2);
            },
            iter: 2000);

    [Fact]
    public void Prompts_never_beat_the_peak_of_the_device() =>
        Gen.Select(Devices, Heads, Gen.Int[1, 64], Gen.Int[2, 100_000]).Sample(static (device, heads, chunks, tokens) =>
        {
            PrefillAttentionShape shape = Prompt(chunks, tokens, 0, heads, NumberFormat.Bf16, 0);
            double least = 4 * shape.Scores * shape.Heads * shape.HeadSize / SamplePieces.Model(device).Device.Peak(NumberFormat.Bf16).Value;
            Assert.True(Price(device, shape) >= least);
        });

    [Fact]
    public void A_prompt_of_one_token_is_a_decoded_token() =>
        Gen.Select(Devices, Caches, Heads, Gen.Int[1, 500], Gen.Int[0, 10_000]).Sample(static (device, cache, heads, chunks, past) =>
        {
            var decode = new DecodeAttentionShape(chunks, chunks * (past + 1d), heads.Group * heads.KvHeads, heads.KvHeads, heads.Size, cache);
            Assert.Equal(Price(device, decode), Price(device, Prompt(chunks, 1, past, heads, cache, 0)), 1e-12);
        });

    [Fact]
    public void Training_pays_no_cache_write()
    {
        PrefillAttentionShape serving = Prompt(4, 4096, 0, (4, 8, 128), NumberFormat.Bf16, 0);
        double difference = Price("h100-sxm", serving) - Price("h100-sxm", serving with { WritesCache = false });

        // At least the bytes written and read back: 16,384 tokens, keys and values of 8 heads of 128, two bytes twice, at 3.35 TB/s.
        Assert.InRange(difference, 16384 * 2 * 8 * 128 * 4 / 3.35e12, 0.2e-3);
    }

    [Fact]
    public void More_sequences_never_decode_much_faster() =>
        Gen.Select(Devices, Caches, Heads, Gen.Int[1, 5000], Gen.Int[1, 200_000]).Sample(
            static (device, cache, heads, sequences, context) =>
            {
                double one = Price(device, Decode(sequences, context));
                double more = Price(device, Decode(sequences + 1 + (sequences / 10), context));
                Assert.True(more >= 0.97 * one, $"{device} {cache} {heads} {sequences} {context}: {one} then {more}");

                DecodeAttentionShape Decode(double count, double each) => new(count, count * each, heads.Group * heads.KvHeads, heads.KvHeads, heads.Size, cache);
            },
            iter: 2000);

    [Fact]
    public void Longer_contexts_never_decode_faster_nor_beat_the_bandwidth() =>
        Gen.Select(Devices, Caches, Heads, Gen.Int[1, 2000], Gen.Int[1, 200_000]).Sample(
            static (device, cache, heads, sequences, context) =>
            {
                var shape = new DecodeAttentionShape(sequences, (double)sequences * context, heads.Group * heads.KvHeads, heads.KvHeads, heads.Size, cache);
                double price = Price(device, shape);
                double read = 2 * shape.Context * heads.KvHeads * heads.Size * cache.BytesPerElement() / SamplePieces.Model(device).Device.MemoryBandwidth.Value;
                Assert.True(price >= read);
                Assert.True(Price(device, shape with { Context = shape.Context * 1.1 }) >= price);
            },
            iter: 2000);

    [Theory]
    [InlineData("a100-sxm-80gb")]
    [InlineData("h100-sxm")]
    [InlineData("b200-sxm")]
    public void A_format_has_at_most_eight_fitted_constants_over_all_of_its_kernels(string device)
    {
        Efficiency efficiency = EfficiencyCatalog.For(HardwareCatalog.Accelerators.Find(device));
        Assert.All(FittedByFormat(efficiency.PrefillAttention).Concat(FittedByFormat(efficiency.DecodeAttention)), static count => Assert.InRange(count, 1, 8));
    }

    private static IEnumerable<int> FittedByFormat<T>(KernelTable<T> table)
        where T : IConstants<T> =>
        table.Rows.GroupBy(static row => row.Key.Split('/')[0]).Select(static rows => rows.Sum(static row => row.Value.Fit?.RelativeErrors.Count(static error => error > 0) ?? 0));

    private static double Price(string device, OperatorShape shape) =>
        SamplePieces.Model(device).Price(new Operator { Name = "attention", Kind = OperatorKind.Attention, Shape = shape }).Total.Value;

    private static PrefillAttentionShape Prompt(double chunks, double tokens, double past, (int Group, int KvHeads, int Size) heads, NumberFormat cache, int window) => new(
        chunks, chunks * tokens, chunks * BatchShape.CausalScores(tokens, past, window), chunks * past, heads.Group * heads.KvHeads, heads.KvHeads, heads.Size, window, cache);
}
