using LlmSim.Model.Architecture;
using LlmSim.Model.Catalog;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;
using LlmSim.Model.Units;
using Xunit;

namespace LlmSim.Tests.Model.Cost;

/// <summary>Prices of routed experts in limits that have a closed form, and tiles as the sources of the kernels pick them.</summary>
public sealed class ExpertsCostTests
{
    /// <summary>A kernel that reaches the data sheet and has nothing around its products.</summary>
    private static readonly ExpertsConstants Ideal = new(Seconds.Zero, Seconds.Zero, 1, 1, 0, Seconds.Zero, 0, 0);

    /// <summary>What a kernel without a tuner may gain where its tile grows.</summary>
    private const double TileStep = 0.97;

    private static readonly Accelerator H100 = HardwareCatalog.Accelerators.Find("h100-sxm");

    private static readonly MoeFeedForward Mixtral = new(8, 2, 14336);

    [Fact]
    public void A_few_tokens_take_the_time_to_read_the_weights()
    {
        // 64 tokens leave none of eight experts out: three matrices of 4096 x 14336 in bf16, eight times, at 3.35 TB/s.
        const double Read = 8 * 3d * 4096 * 14336 * 2 / 3.35e12;
        Assert.InRange(Price(Mixtral, 64).Total.Value, Read, 1.02 * Read);
    }

    [Fact]
    public void Many_tokens_take_the_time_of_their_arithmetic()
    {
        const double Arithmetic = 2 * 3d * 4096 * 14336 * 2e6 / 989e12;
        Assert.InRange(Price(Mixtral, 1_000_000).Total.Value, Arithmetic, 1.001 * Arithmetic);
    }

    [Fact]
    public void Weights_of_half_the_bytes_are_read_in_half_the_time()
    {
        double wide = Price(new(256, 8, 2048), 32).Memory.Value;
        Assert.Equal(0.5, Price(new(256, 8, 2048), 32, NumberFormat.Fp8).Memory.Value / wide, 6);
    }

    [Fact]
    public void Experts_without_a_gate_have_two_matrices() =>
        Assert.Equal(2d / 3, Price(new(128, 6, 1856, Gated: false), 4).Memory / Price(new(128, 6, 1856), 4).Memory, 6);

    [Fact]
    public void Floors_grow_by_octaves_of_tokens()
    {
        // log2(1 + 255) - log2(1 + 3) = 6 octaves.
        ExpertsConstants slow = Ideal with { Floor = Seconds.Microseconds(20), OctaveTime = Seconds.Microseconds(2) };
        Seconds few = Price(new(128, 8, 768), 3, constants: slow).Launch;
        Seconds many = Price(new(128, 8, 768), 255, constants: slow).Launch;
        Assert.Equal(12e-6, (many - few).Value, 12);
        Assert.Equal(20e-6 + (2e-6 * (2 + 1)), few.Value, 12);
    }

    [Fact]
    public void A_warm_cache_helps_small_weights_only()
    {
        Assert.True(Price(new(8, 2, 64), 4, warm: true).Total < Price(new(8, 2, 64), 4).Total);
        Assert.Equal(Price(Mixtral, 64).Total, Price(Mixtral, 64, warm: true).Total);
    }

    [Theory]
    [InlineData("h100-sxm")]
    [InlineData("b200-sxm")]
    [InlineData("a100-sxm-80gb")]
    public void In_a_server_more_tokens_are_never_much_faster(string device)
    {
        CostModel model = SamplePieces.Model(device);
        foreach (NumberFormat format in (NumberFormat[])[NumberFormat.Bf16, NumberFormat.Fp8Block])
        {
            foreach (int shards in (int[])[1, 8])
            {
                double last = 0;
                for (int tokens = 1; tokens < 40_000; tokens += 1 + (tokens / 40))
                {
                    var shape = new ExpertsShape(new(256, 8, 2048), 7168, tokens, 1, shards, format, format, TunedTiles: true);
                    double time = model.Price(new Operator { Name = "experts", Kind = OperatorKind.Experts, Shape = shape }).Total.Value;
                    Assert.True(time > TileStep * last, FormattableString.Invariant($"{device} {format} {shards}: {tokens} tokens take {time}, fewer took {last}"));
                    last = time;
                }
            }
        }
    }

    /// <summary>Default tiles of vLLM 0.24 (get_default_config of fused_moe.py).</summary>
    [Theory]
    [InlineData("bf16/triton", 32, 16, 64)]
    [InlineData("bf16/triton", 64, 32, 64)]
    [InlineData("bf16/triton", 512, 64, 128)]
    [InlineData("bf16/triton", 513, 128, 128)]
    [InlineData("fp8-block/triton", 64, 16, 128)]
    [InlineData("fp8-block/triton", 65, 64, 128)]
    public void Triton_kernels_pick_tiles_by_tokens(string key, double tokens, int rows, int columns) =>
        Assert.Equal((rows, columns), Tile(key, "Hopper", new(128, 8, 2048), tokens, 1));

    /// <summary>vLLM up to 0.14: 16 x 32 while there are at most as many tokens as local experts.</summary>
    [Theory]
    [InlineData(256, 1, 16, 32)]
    [InlineData(257, 1, 64, 64)]
    [InlineData(32, 8, 16, 32)]
    [InlineData(33, 8, 64, 64)]
    public void Early_kernels_compare_tokens_with_local_experts(double tokens, int shards, int rows, int columns) =>
        Assert.Equal((rows, columns), Tile("bf16/triton", "Ampere", new(256, 8, 2048), tokens, shards));

    /// <summary>FlashInfer's selectDefaultTileN: the power of two that holds T·k/(local experts), one step down; all tokens count, also those of other ranks.</summary>
    [Theory]
    [InlineData("bf16/trtllm", 4, 1, 8)]
    [InlineData("bf16/trtllm", 768, 1, 16)]
    [InlineData("bf16/trtllm", 4096, 1, 64)]
    [InlineData("bf16/trtllm", 65536, 1, 64)]
    [InlineData("bf16/trtllm", 768, 8, 64)]
    [InlineData("nvfp4/trtllm", 65536, 1, 128)]
    [InlineData("mxfp4/trtllm", 65536, 1, 32)]
    public void Generated_kernels_take_one_step_less_than_holds_the_load(string key, double tokens, int shards, int rows) =>
        Assert.Equal((rows, 128), Tile(key, "Blackwell", new(256, 8, 2048), tokens, shards));

    /// <summary>fused_marlin_moe.py: the first block of which T·k/(local experts) fills less than 0.9.</summary>
    [Theory]
    [InlineData(32, 1, 8)]
    [InlineData(256, 1, 16)]
    [InlineData(256, 4, 64)]
    [InlineData(8192, 1, 64)]
    public void Marlin_leaves_a_tenth_of_its_tiles_empty(double tokens, int shards, int rows) =>
        Assert.Equal((rows, 128), Tile("int4/marlin", "Hopper", new(256, 8, 2048), tokens, shards));

    [Fact]
    public void A_tuner_never_does_worse_than_the_default_tile()
    {
        CostModel model = SamplePieces.Model("b200-sxm");
        for (int tokens = 1; tokens < 20_000; tokens *= 2)
        {
            var untuned = new ExpertsShape(new(256, 8, 2048), 7168, tokens, 1, 1, NumberFormat.Nvfp4, NumberFormat.Nvfp4);
            Assert.True(Total(untuned with { TunedTiles = true }) <= Total(untuned));
        }

        Seconds Total(ExpertsShape shape) => model.Price(new Operator { Name = "experts", Kind = OperatorKind.Experts, Shape = shape }).Total;
    }

    [Theory]
    [InlineData(3, 2)]
    [InlineData(11, 8)]
    [InlineData(13, 8)]
    [InlineData(40, 256)]
    public void The_largest_of_several_Poisson_variables_matches_their_distribution(double mean, int count)
    {
        double expected = 0;
        double term = Math.Exp(-mean);
        double below = term;
        for (int n = 0; n < mean + (15 * Math.Sqrt(mean)) + 40; n++)
        {
            expected += 1 - Math.Pow(Math.Min(1, below), count);
            term *= mean / (n + 1);
            below += term;
        }

        Assert.Equal(1, PoissonMoments.ExpectedMaximum(mean, count) / expected, 0.001);
    }

    private static (int Rows, int Columns) Tile(string key, string generation, MoeFeedForward spec, double tokens, int shards)
    {
        var shape = new ExpertsShape(spec, 7168, tokens, 1, shards, NumberFormat.Bf16, NumberFormat.Bf16);
        (ReadOnlyMemory<int> rows, ReadOnlyMemory<int> columns) = ExpertsFamily.Of(key, generation, searched: false).Candidates(shape);
        return (Assert.Single(rows.ToArray()), Assert.Single(columns.ToArray()));
    }

    private static OperatorCost Price(
        MoeFeedForward spec, double tokens, NumberFormat format = NumberFormat.Bf16, bool warm = false, ExpertsConstants? constants = null) => ExpertsCost.Price(
        new ExpertsShape(spec, 4096, tokens, 1, 1, format, format, WarmCache: warm), H100, constants ?? Ideal, ExpertsFamily.Of("bf16/triton", H100.Generation, searched: false));
}
