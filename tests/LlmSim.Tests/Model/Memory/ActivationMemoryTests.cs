using LlmSim.Model.Architecture;
using LlmSim.Model.Catalog;
using LlmSim.Model.Hardware;
using LlmSim.Model.Memory;
using LlmSim.Model.Parallelism;
using Xunit;

namespace LlmSim.Tests.Model.Memory;

/// <summary>Korthikanti 2022 (arXiv 2205.05198), table 2, for the models of its table 3.</summary>
public sealed class ActivationMemoryTests
{
    private const double S = 2048;

    [Theory]
    [InlineData(6144, 48, 64, 4)]
    [InlineData(12288, 96, 96, 1)]
    [InlineData(20480, 105, 128, 1)]
    [InlineData(25600, 128, 160, 1)]
    public void The_classic_layer_follows_table_two(int hidden, int layers, int heads, int batch)
    {
        const double T = 8;
        double sbh = S * batch * hidden;
        double scores = 5d * heads * S / hidden;
        TransformerArchitecture model = SampleModels.Classic("gpt", hidden, layers, heads);
        Assert.Equal(sbh * (34 + scores), Layer(model, batch, 1, false, RecomputeMode.None), 0);
        Assert.Equal(sbh * (10 + (24 / T) + (scores / T)), Layer(model, batch, 8, false, RecomputeMode.None), 0);
        Assert.Equal(sbh / T * (34 + scores), Layer(model, batch, 8, true, RecomputeMode.None), 0);
        Assert.Equal(sbh * (10 + (24 / T)), Layer(model, batch, 8, false, RecomputeMode.Selective), 0);
        Assert.Equal(34 * sbh / T, Layer(model, batch, 8, true, RecomputeMode.Selective), 0);
        Assert.Equal(2 * sbh, Layer(model, batch, 8, false, RecomputeMode.Full), 0);
    }

    [Theory]
    [InlineData(12288, 96, 96, 0.70)]
    [InlineData(20480, 105, 128, 0.65)]
    public void Selective_recomputation_saves_what_section_five_says(int hidden, int layers, int heads, double saved)
    {
        TransformerArchitecture model = SampleModels.Classic("gpt", hidden, layers, heads);
        double kept = Layer(model, 1, 8, true, RecomputeMode.Selective) / Layer(model, 1, 8, true, RecomputeMode.None);
        Assert.Equal(saved, 1 - kept, 0.005);
    }

    [Fact]
    public void A_modern_layer_with_grouped_heads_adds_up_tensor_by_tensor()
    {
        // [ sbh(10 + 2(1 + 2 a_kv/a)) + 6 sbf + 4 sba ] / t with fused attention and sequence parallelism.
        TransformerArchitecture model = SampleModels.Llama3Of8B();
        double sb = 4096d;
        double expected = ((sb * 4096 * (10 + (2 * (1 + (2 * 8d / 32))))) + (6 * sb * 14336) + (4 * sb * 32)) / 4;
        var shape = new ActivationShape { MicroBatch = 1, Sequence = 4096, Layout = new ParallelLayout { Tensor = 4, SequenceParallel = true } };
        Assert.Equal(expected, ActivationMemory.OfLayer(model, model.Layers[0], shape).Value, 0);
    }

    [Fact]
    public void What_DeepSeek_keeps_of_a_layer_adds_up_tensor_by_tensor()
    {
        // Of 61 layers the last has experts: 7168 wide, ranks 1536 and 512, 64 rotated, 128 heads of 128 + 64 and 128, 8 of 256 experts and a shared one, each 2048 wide.
        Assert.True(ModelCatalog.TryFind("deepseek-v3", out TransformerArchitecture? model));
        var shape = new ActivationShape
        {
            MicroBatch = 1,
            Sequence = 4096,
            Operators = RecomputedOperators.Norms | RecomputedOperators.UpProjections | RecomputedOperators.Activations,
            KeptInputs = NumberFormat.Fp8,
            KeepsExpertResults = false,
        };
        const double stream = 2 * 2 * 7168;
        const double latents = 2 * (1536 + 512 + (2 * 64));
        const double attention = (2 * 128 * 128) + (4 * 128);
        const double experts = (8 * (7168 + (2 * 2048))) + (2 * 2048) + (4 * 256);
        Assert.Equal(4096 * (stream + latents + attention + experts), ActivationMemory.OfLayer(model, model.Layers[^1], shape).Value, 0);
    }

    [Fact]
    public void Fused_attention_leaves_selective_recomputation_nothing_to_save()
    {
        TransformerArchitecture model = SampleModels.Llama3Of8B();
        var shape = new ActivationShape { MicroBatch = 1, Sequence = 4096 };
        Assert.Equal(
            ActivationMemory.OfLayer(model, model.Layers[0], shape),
            ActivationMemory.OfLayer(model, model.Layers[0], shape with { Recompute = RecomputeMode.Selective }));
    }

    [Fact]
    public void Tokens_of_experts_are_counted_once_over_all_ranks_however_experts_are_spread()
    {
        // Two replicas of one micro-batch each: the routed part over all ranks is 2 x top-k copies of the tokens.
        TransformerArchitecture model = SampleModels.Mixtral();
        double dense = SpreadExperts(new ParallelLayout { Tensor = 4, Data = 2 });
        Assert.Equal(dense, SpreadExperts(new ParallelLayout { Tensor = 4, Data = 2, Expert = 8 }) + RowsOnce(3), 0);

        double SpreadExperts(ParallelLayout layout) => layout.Tensor * layout.Data
            * ActivationMemory.OfLayer(model, model.Layers[0], new ActivationShape { MicroBatch = 1, Sequence = 1024, Layout = layout }).Value;

        // Splitting every expert four ways lets four ranks hold each routed row's input and output; whole experts hold it once.
        double RowsOnce(int furtherCopies) => furtherCopies * 2d * 1024 * 2 * (4 * 4096);
    }

    [Theory]
    [InlineData(8, 1)]
    [InlineData(8, 3)]
    [InlineData(35, 3)]
    public void The_first_stage_of_an_interleaved_pipeline_holds_one_and_a_part(int depth, int virtualStages)
    {
        // Korthikanti 2022, section 4.2.3: L(1 + (p-1)/(pv)) layers; without interleaving L.
        int layers = depth * virtualStages * 2;
        StageLayers stages = StageLayers.Split(layers, depth, virtualStages);
        double held = Enumerable.Range(0, virtualStages).Sum(chunk => 2d * InFlight.OfChunk(InFlightRule.Interleaved, stages, 0, chunk, 8 * depth));
        double interleaved = layers * (1 + ((depth - 1d) / (depth * virtualStages)));
        Assert.Equal(virtualStages == 1 ? layers + (2 * (depth - 1)) : interleaved, held, 9);
        Assert.Equal(
            layers / virtualStages,
            2d * InFlight.OfChunk(InFlightRule.OneForwardOneBackward, StageLayers.Split(2 * depth, depth), 0, 0, 8 * depth));
    }

    private static double Layer(TransformerArchitecture model, int batch, int tensor, bool sequenceParallel, RecomputeMode recompute)
    {
        var shape = new ActivationShape
        {
            MicroBatch = batch,
            Sequence = (int)S,
            Layout = new ParallelLayout { Tensor = tensor, SequenceParallel = sequenceParallel },
            Recompute = recompute,
            Attention = AttentionImplementation.Unfused,
            Dropout = true,
            Format = NumberFormat.Fp16,
        };
        return ActivationMemory.OfLayer(model, model.Layers[0], shape).Value;
    }
}
