using CsCheck;
using LlmSim.Model.Architecture;
using LlmSim.Model.Calibration;
using LlmSim.Model.Catalog;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;
using Xunit;

namespace LlmSim.Tests.Model.Cost;

public sealed class LatentAttentionCostTests
{
    private const int Hidden = 7168;
    private static readonly LatentAttentionSpec DeepSeek = new(128, 1536, 512, 128, 64, 128);
    private static readonly Accelerator H100 = HardwareCatalog.Accelerators.Find("h100-sxm");
    private static readonly Accelerator B200 = HardwareCatalog.Accelerators.Find("b200-sxm");

    /// <summary>Only what physics demands: no floor, no copies, full shares.</summary>
    private static readonly LatentAbsorbedConstants Ideal = new(
        Seconds.Zero, 0, 1, 1, Seconds.Zero, Seconds.Zero, Seconds.Zero, Seconds.Zero, Seconds.Zero, 0);

    private static readonly GemmConstants Gemm = EfficiencyCatalog.Section.Find("h100-sxm").Gemm.First("bf16").Constants;

    [Fact]
    public void A_long_context_is_read_at_the_bandwidth_of_the_device()
    {
        // 256 sequences of 100,000 tokens, 576 values of two bytes each, at 3.35 TB/s; scores of 64 heads take 0.45 of that and add a third power.
        double read = 256 * 1e5 * 1152 / 3.35e12;
        double scores = 2 * 256 * 1e5 * 64 * 1088 / 989e12;
        double expected = Math.Cbrt((read * read * read) + (scores * scores * scores));
        double absorption = 16 * 512 * 256d;
        double absorb = (2 * 256 * absorption / (0.8 * 989e12)) + (2 * absorption / (0.8 * 3.35e12));
        double price = LatentAttentionCost.Absorbed(Decode(16, 256, 1e5), H100, Ideal, Gemm).Total.Value;
        Assert.Equal(expected + absorb, price, 0.002 * expected);
    }

    [Fact]
    public void Scores_of_a_narrow_cache_run_at_the_narrow_rate()
    {
        Accelerator wide = B200 with { MemoryBandwidth = B200.MemoryBandwidth * 1e6 };
        double bf16 = LatentAttentionCost.Absorbed(Decode(128, 64, 1e6), wide, Ideal, Gemm).Compute.Value;
        double fp8 = LatentAttentionCost.Absorbed(Decode(128, 64, 1e6) with { Cache = NumberFormat.Fp8 }, wide, Ideal, Gemm).Compute.Value;
        Assert.Equal(2 * 64 * 1e6 * 128 * 1088 / 2250e12, bf16, 0.02 * bf16);
        Assert.Equal(2, bf16 / fp8, 0.02);
    }

    [Fact]
    public void A_chunk_of_one_token_is_a_decoded_token()
    {
        LatentAttentionShape chunk = Prompt(16, 8, 1, 4096) with { Form = LatentForm.Either };
        LatentAbsorbedConstants constants = EfficiencyCatalog.Section.Find("h100-sxm").LatentDecode.First("bf16/bf16").Constants;
        Assert.Equal(
            LatentAttentionCost.Absorbed(Decode(16, 8, 4097), H100, constants, Gemm).Total.Value,
            LatentAttentionCost.Absorbed(chunk, H100, constants, Gemm).Total.Value,
            1e-12);
    }

    [Fact]
    public void An_expanded_prompt_is_bound_by_its_causal_products()
    {
        // 128 heads, 32768 tokens: half of s² pairs, 320 multiply-adds a pair, at the whole peak; blocks of 64 keys add 64/s.
        var ideal = new LatentExpandedConstants(Seconds.Zero, 0, 1, Seconds.Zero, Seconds.Zero, 1);
        double products = 32768d * 32768 / 2 * 128 * 640 / 989e12;
        double price = LatentAttentionCost.Expanded(Prompt(128, 1, 32768, 0), H100, ideal, Gemm).Total.Value;
        Assert.InRange(price / products, 1, 1.01);
    }

    [Theory]
    [InlineData("h100-sxm")]
    [InlineData("b200-sxm")]
    public void A_prompt_never_costs_more_than_its_expanded_form_and_more_tokens_never_less(string device) =>
        Gen.Select(Gen.Int[0, 7], Gen.Int[1, 64], Gen.Int[1, 4000], Gen.Int[1, 4000], Gen.Int[0, 100000], Gen.Enum<LatentForm>()).Sample((log, chunks, tokens, more, past, form) =>
        {
            CostModel model = SamplePieces.Model(device);
            int heads = 1 << log;
            double either = Price(model, Prompt(heads, chunks, tokens, past) with { Form = LatentForm.Either });
            double expanded = Price(model, Prompt(heads, chunks, tokens, past));
            LatentAttentionShape small = Shape(tokens);
            LatentAttentionShape large = Shape(tokens + more);
            return either <= expanded && Price(model, small) <= Price(model, large) * 1.1;

            LatentAttentionShape Shape(int count) => form == LatentForm.Absorbed ? Decode(heads, chunks, count) : Prompt(heads, chunks, count, past) with { Form = form };
        });

    [Fact]
    public void Short_chunks_behind_a_long_context_attend_in_the_compressed_space()
    {
        // Expanding 100,000 cached tokens for 16 new ones costs 2 x 512 x 256 x 128 operations each; absorbing 16 queries costs next to nothing.
        CostModel model = SamplePieces.Model("h100-sxm");
        double expanded = Price(model, Prompt(128, 1, 16, 100000));
        double either = Price(model, Prompt(128, 1, 16, 100000) with { Form = LatentForm.Either });
        Assert.True(expanded > 1e5 * 2 * 512 * 256 * 128 / 989e12);
        Assert.True(either < 0.3 * expanded, $"{either * 1e6:F0} of {expanded * 1e6:F0} us");
    }

    [Fact]
    public void Formats_without_a_row_fall_back_to_like_projections_first()
    {
        Assert.Equal(["fp8/fp8", "fp8/fp8-block", "bf16/fp8", "bf16/fp8-block", "fp8/bf16", "bf16/bf16"], ConstantsKeys.Of(Decode(16, 1, 1) with
        {
            Cache = NumberFormat.Fp8,
            Weights = NumberFormat.Fp8,
        }));
        Assert.Equal("fp8/bf16/fp8", ConstantsKeys.Of(Prompt(16, 1, 1, 0) with { Cache = NumberFormat.Fp8, Queries = NumberFormat.Fp8 })[0]);
    }

    private static double Price(CostModel model, LatentAttentionShape shape) =>
        model.Price(new Operator { Name = "latent", Kind = OperatorKind.Attention, Shape = shape }).Total.Value;

    private static LatentAttentionShape Decode(double heads, double sequences, double context) => new(
        DeepSeek, Hidden, heads, sequences, sequences, sequences * context, 0, LatentForm.Absorbed, NumberFormat.Bf16, NumberFormat.Bf16);

    private static LatentAttentionShape Prompt(double heads, double chunks, double tokens, double past) => new(
        DeepSeek, Hidden, heads, chunks, chunks * tokens, chunks * BatchShape.CausalScores((long)tokens, (long)past, 0), chunks * past, LatentForm.Expanded,
        NumberFormat.Bf16, NumberFormat.Bf16);
}
