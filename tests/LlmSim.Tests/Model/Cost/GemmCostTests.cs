using CsCheck;
using LlmSim.Model.Calibration;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;
using LlmSim.Model.Units;
using Xunit;

namespace LlmSim.Tests.Model.Cost;

/// <summary>Prices of matrix products in the limits where one term is left and its closed form is known.</summary>
public sealed class GemmCostTests
{
    /// <summary>One term each: a full share of everything, no floor, no prologue, so that a limit is a figure of the data sheet.</summary>
    private static readonly GemmConstants Ideal = new(
        Seconds.Zero, 1, 1, 0, Seconds.Zero, 1, Seconds.Zero, Seconds.Zero, Seconds.Zero, Seconds.Zero);

    [Fact]
    public void A_product_that_fills_every_wave_takes_its_arithmetic_at_the_peak()
    {
        // 128 x 256 tiles on 132 multiprocessors, forty whole waves: 2 m n k / peak.
        Accelerator device = SamplePieces.Model("h100-sxm").Device;
        var shape = Bf16(128 * 40, 256 * 132, 65536);
        double peak = 2d * 5120 * 33792 * 65536 / 989.4e12;
        Assert.InRange(GemmCost.Price(shape, device, Ideal).Total.Value, peak * 0.999, peak * 1.01);
    }

    [Fact]
    public void A_single_row_takes_the_time_to_read_the_weights() =>
        Assert.InRange(GemmCost.Price(Bf16(1, 65536, 16384), SamplePieces.Model("h100-sxm").Device, Ideal).Total.Value, 2d * 65536 * 16384 / 3.35e12, 2d * 65536 * 16384 / 3.35e12 * 1.05);

    [Fact]
    public void Activations_that_fit_the_second_level_cache_are_read_faster_and_never_faster_than_it()
    {
        // Few columns, so that only activations count: 25 MB fit the 50 MB of an H100, 200 MB do not and come at 3.35 TB/s.
        Accelerator device = SamplePieces.Model("h100-sxm").Device;
        double warm = GemmCost.Price(Bf16(3072, 64, 4096), device, Ideal).Total.Value / (2d * 3072 * 4096);
        double cold = GemmCost.Price(Bf16(24576, 64, 4096), device, Ideal).Total.Value / (2d * 24576 * 4096);
        Assert.InRange(warm, 1 / 6.7e12, 1 / 3.8e12);
        Assert.InRange(cold, 1 / 3.35e12, 1 / 3e12);
    }

    [Fact]
    public void One_tile_takes_its_depth_times_the_time_of_a_step()
    {
        // 64 x 64 results are one block whatever the device: 51200 steps of 1.5 ns.
        GemmConstants constants = Ideal with { StepTime = new Seconds(1.5e-9) };
        double time = GemmCost.Price(Bf16(64, 64, 51200), SamplePieces.Model("h100-sxm").Device, constants).Total.Value;
        Assert.InRange(time, 51200 * 1.5e-9, 51200 * 1.5e-9 * 1.6);
    }

    [Fact]
    public void Splitting_K_over_idle_multiprocessors_pays_for_its_sum()
    {
        Accelerator device = SamplePieces.Model("h100-sxm").Device;
        GemmConstants never = Ideal with { StepTime = new Seconds(1.5e-9) };
        GemmConstants splits = never with { SplitTime = Seconds.Microseconds(2) };
        Seconds deep = GemmCost.Price(Bf16(64, 64, 51200), device, splits).Total;
        Assert.True(deep < GemmCost.Price(Bf16(64, 64, 51200), device, never).Total * 0.2);
        Assert.True(deep > Seconds.Microseconds(2));
        Assert.Equal(GemmCost.Price(Bf16(64, 64, 400), device, never).Total, GemmCost.Price(Bf16(64, 64, 400), device, splits).Total);
    }

    [Fact]
    public void A_tile_beyond_the_last_wave_costs_a_whole_wave_unless_blocks_share_it()
    {
        // 32 x 33 tiles are eight waves of 132 multiprocessors; a column of tiles more makes nine, or 34/33 of the time where persistent blocks share the work.
        Accelerator device = SamplePieces.Model("h100-sxm").Device;
        double Ratio(Func<double, GemmShape> shape) => GemmCost.Price(shape(128 * 34), device, Ideal).Total / GemmCost.Price(shape(128 * 33), device, Ideal).Total;
        Assert.InRange(Ratio(static n => Fp8(4096, n, 65536)), 1.11, 1.13);
        Assert.InRange(Ratio(static n => Bf16(4096, n, 65536)), 1, 1.04);
    }

    [Theory]
    [InlineData(16, 1024, 1, 16)]
    [InlineData(16, 4096, 1, 64)]
    [InlineData(64, 1280, 4, 20)]
    [InlineData(64, 4096, 1, 64)]
    [InlineData(128, 4096, 2, 32)]
    [InlineData(129, 4096, 2, 32)]
    [InlineData(257, 4096, 4, 32)]
    public void Eight_bit_tiles_on_Hopper_are_those_of_the_dispatch_table(double m, double n, double rowTiles, double columnTiles)
    {
        // vLLM, scaled_mm_sm90_fp8_dispatch.cuh: 16 x 64 to 16 rows, 16 or 64 x 64 to 64 rows, 64 x 128 to 128 rows, then 128 x 128 in clusters of two rows.
        GemmKernels kernels = GemmKernels.For(NumberFormat.Fp8, SamplePieces.Model("h100-sxm").Device);
        GemmTile tile = kernels.Fixed.First(t => t.IsFor(m, n, 4096));
        Assert.Equal(rowTiles * columnTiles, tile.Count(m, n));
    }

    [Fact]
    public void Every_size_has_an_eight_bit_tile() => Gen.Select(Gen.Double[1, 1e6], Gen.Double[1, 1e6], Gen.Double[1, 1e6]).Sample((m, n, k) =>
        Assert.All([GemmKernels.EightBit, GemmKernels.EightBitPairs], kernels => Assert.Contains(kernels.Fixed, tile => tile.IsFor(m, n, k))));

    [Fact]
    public void Quantising_tokens_takes_a_block_a_row_or_the_time_of_its_elements()
    {
        CostModel model = SamplePieces.Model("h100-sxm");
        GemmConstants constants = Ideal with { QuantiseRow = Seconds.Microseconds(0.9), QuantiseElement = new Seconds(0.3e-9) };
        double Quantise(double m, double k) => (GemmCost.Price(Fp8(m, 64, k), model.Device, constants).Total - GemmCost.Price(Fp8(m, 64, k), model.Device, Ideal).Total).Value;
        Assert.Equal(8192 * 0.9e-6 / 132, Quantise(8192, 128), 6);
        Assert.Equal(8192 * 16384 * 0.3e-9 / 132, Quantise(8192, 16384), 5);
        Assert.Equal(0, (GemmCost.Price(Fp8(64, 64, 128) with { StaticScales = true }, model.Device, constants).Total
            - GemmCost.Price(Fp8(64, 64, 128) with { StaticScales = true }, model.Device, Ideal).Total).Value, 12);
    }

    [Fact]
    public void Weight_only_formats_save_bytes_of_few_rows_and_nothing_of_many()
    {
        // MARLIN (arXiv 2408.11743): int4 weights come near a factor of four for up to 16 or 32 rows, and to one where arithmetic binds.
        CostModel model = SamplePieces.Model("a100-sxm-80gb");
        double Ratio(double m, NumberFormat weights) => model.Price(Of(Bf16(m, 8192, 8192) with { Weights = weights })).Total / model.Price(Of(Bf16(m, 8192, 8192))).Total;
        Assert.InRange(Ratio(16, NumberFormat.Int4), 0.2, 0.5);
        Assert.InRange(Ratio(16, NumberFormat.Int8), 0.45, 0.8);
        Assert.InRange(Ratio(8192, NumberFormat.Int4), 0.97, 1.3);
        Assert.Equal(ErrorBand.NotValidated, model.Band(Of(Bf16(16, 8192, 8192) with { Weights = NumberFormat.Int4 })));
        Assert.NotEqual(ErrorBand.NotValidated, model.Band(Of(Bf16(16, 8192, 8192))));
    }

    [Fact]
    public void Far_outside_the_tables_prices_stay_sane() =>
        Gen.Select(Gen.Double[0, 6], Gen.Double[0, 6], Gen.Double[0, 6], Gen.OneOf("a100-sxm-80gb", "h100-sxm", "b200-sxm", "l40s", "mi300x"), Gen.OneOf(NumberFormat.Bf16, NumberFormat.Fp8, NumberFormat.Nvfp4)).Sample(
            (m, n, k, name, format) =>
            {
                CostModel model = SamplePieces.Model(name);
                var shape = new GemmShape(Math.Ceiling(Math.Pow(10, m)), Math.Ceiling(Math.Pow(10, n)), Math.Ceiling(Math.Pow(10, k)), 1, format, format);
                Seconds time = model.Price(Of(shape)).Total;
                Assert.True(time > Seconds.Zero && double.IsFinite(time.Value));
                Assert.True(model.Price(Of(shape with { M = shape.M * 2 })).Total >= time * 0.7, "twice the rows are never much faster");
                Assert.True(model.Price(Of(shape with { N = shape.N * 2 })).Total >= time * 0.7, "twice the columns are never much faster");
                Assert.True(model.Price(Of(shape with { K = shape.K * 2 })).Total >= time * 0.99, "twice the depth is never faster");
            },
            iter: 2000);

    private static GemmShape Bf16(double m, double n, double k) => new(m, n, k, 1, NumberFormat.Bf16, NumberFormat.Bf16);

    private static GemmShape Fp8(double m, double n, double k) => new(m, n, k, 1, NumberFormat.Fp8, NumberFormat.Fp8);

    private static Operator Of(GemmShape shape) => new() { Name = "product", Kind = OperatorKind.Gemm, Shape = shape };
}
