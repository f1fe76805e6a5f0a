using LlmSim.Model.Architecture;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;
using LlmSim.Model.Memory;
using LlmSim.Model.Operators;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;
using LlmSim.Schedules.Training;
using LlmSim.Tests.Model.Cost;
using Xunit;

namespace LlmSim.Tests.Schedules.Training;

/// <summary>Pruned, factored and sparse models against papers and counts by hand.</summary>
public sealed class CompressionTests
{
    [Fact]
    public void Llama_8B_pruned_as_Minitron_has_the_parameters_of_the_published_models()
    {
        // Llama-3.1-Minitron-4B-Width-Base (3072 wide, 9216 inner) has 4.51 B parameters, -Depth-Base (16 layers) 4.54 B: model cards of NVIDIA, after Sreenivas 2024 (arXiv 2408.11796).
        TransformerArchitecture whole = AdapterTests.Job("llama-3.1-8b").Architecture;
        Assert.Equal(4.51e9, ParameterSharding.Whole(new Pruning { Hidden = 3072, Intermediate = 9216 }.Apply(whole)), 0.005e9);
        Assert.Equal(4.54e9, ParameterSharding.Whole(new Pruning { Layers = 16 }.Apply(whole)), 0.005e9);
    }

    [Fact]
    public void A_pruned_model_is_trained_faster_and_in_less_memory()
    {
        TrainJob whole = AdapterTests.Job("llama-3.1-8b");
        TrainJob pruned = whole with { Architecture = new Pruning { Heads = 24, Intermediate = 9216 }.Apply(whole.Architecture) };
        Assert.True(TrainStep.Simulate(pruned).Step < TrainStep.Simulate(whole).Step);
        Assert.True(TrainStep.Simulate(pruned).Memory.Total < TrainStep.Simulate(whole).Memory.Total);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(512)]
    public void Factored_matrices_have_the_parameters_and_operations_of_both_factors(int rank)
    {
        // Llama 2 7B: four square matrices of 4096 and three of 4096 x 11008 in each of 32 layers; r(n + k) in place of nk, twice that a token.
        TransformerArchitecture whole = AdapterTests.Job("llama-2-7b").Architecture;
        TransformerArchitecture factored = Factored(whole, rank);
        double dense = 32 * ((4 * 4096d * 4096) + (3 * 4096d * 11008));
        double factors = 32d * rank * ((4 * 8192) + (3 * 15104));
        Assert.Equal(ParameterSharding.Whole(whole) - dense + factors, ParameterSharding.Whole(factored), 1e-3);
        Assert.Equal(ParameterCount.Of(factored).Total, ParameterSharding.Whole(factored));
        TrainJob job = AdapterTests.Job("llama-2-7b");
        double saved = (ModelFlops.PerStep(job) - ModelFlops.PerStep(job with { Architecture = factored })).Value;
        double expected = 6 * job.TokensPerStep * (dense - factors);
        Assert.Equal(expected, saved, 1e-9 * expected);
    }

    [Fact]
    public void Tensor_ranks_split_factors_so_that_one_of_both_stays_whole()
    {
        // Column-parallel: V whole and U split; row-parallel the other way round. Together over 4 ranks each whole half counts four times.
        TransformerArchitecture factored = Factored(AdapterTests.Job("llama-2-7b").Architecture, 64);
        double one = ParameterSharding.OfLayer(factored, factored.Layers[0], ParallelLayout.Single).Dense;
        double four = ParameterSharding.OfLayer(factored, factored.Layers[0], new ParallelLayout { Tensor = 4 }).Dense * 4;
        // Whole halves: 64 x 4096 for each of query, key, value, gate and up, and for the outputs of both row-parallel matrices; and two norms.
        double whole = (64 * 7 * 4096d) + (2 * 4096);
        Assert.Equal(3 * whole, four - one, 1e-3);
    }

    [Theory]
    [InlineData(NumberFormat.Bf16, 0.5625)]
    [InlineData(NumberFormat.Fp8, 0.625)]
    public void Sparse_weights_take_the_papers_share_of_dense_ones(NumberFormat format, double share)
    {
        // Mishra 2021 (arXiv 2104.08378), section 3.1: 44 % less for 16-bit values, 38 % less for 8-bit ones.
        Assert.Equal(share, StructuredSparsity.Bytes(format) / format.BytesPerElement(), 1e-12);
    }

    [Fact]
    public void A_large_sparse_product_is_nearly_twice_as_fast()
    {
        // Mishra 2021, section 3.2 and figure 4: up to 1.9 times for large products on A100, little for small ones.
        var device = SamplePieces.Node("a100-sxm-80gb").Accelerator;
        var dense = new GemmShape(8192, 8192, 16384, 1, NumberFormat.Fp16, NumberFormat.Fp16);
        Assert.InRange(Speedup(dense), 1.6, 2);
        Assert.InRange(Speedup(dense with { M = 64, N = 1024, K = 1024 }), 1, 1.4);

        double Speedup(GemmShape shape) =>
            GemmCost.Price(shape, device, GemmConstants.Typical).Total / GemmCost.Price(shape with { Sparsity = SparseWeights.Forward }, device, GemmConstants.Typical).Total;
    }

    [Fact]
    public void Sparse_weights_speed_up_the_passes_that_multiply_them_and_no_other()
    {
        TrainJob job = AdapterTests.Job("gpt-22b");
        ChunkCost dense = TrainStep.Simulate(job).Chunks[0];
        ChunkCost forward = TrainStep.Simulate(job with { Sparsity = SparseWeights.Forward }).Chunks[0];
        ChunkCost both = TrainStep.Simulate(job with { Sparsity = SparseWeights.Transposable }).Chunks[0];
        Assert.True(forward.Forward.Total < dense.Forward.Total);
        Assert.Equal(dense.BackwardInput.Total, forward.BackwardInput.Total);
        Assert.True(both.BackwardInput.Total < dense.BackwardInput.Total);
        Assert.Equal(dense.BackwardWeight.Total, both.BackwardWeight.Total);
        double kept = TrainMemory.Peak((job with { Sparsity = SparseWeights.Transposable }).MemoryInput, Bytes.Zero).SizeOf("sparse weights").Value;
        Assert.Equal(2 * 1.125 * 12 * 48 * 6144d * 6144, kept, 0.001 * kept);
    }

    private static TransformerArchitecture Factored(TransformerArchitecture whole, int rank) =>
        whole with { Layers = [.. whole.Layers.Select(layer => layer with { LowRank = new LowRankFactors(rank, AdapterTargets.All) })] };
}
