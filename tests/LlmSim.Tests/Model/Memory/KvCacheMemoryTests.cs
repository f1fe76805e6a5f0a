using LlmSim.Model.Architecture;
using LlmSim.Model.Hardware;
using LlmSim.Model.Memory;
using LlmSim.Model.Parallelism;
using Xunit;

namespace LlmSim.Tests.Model.Memory;

public sealed class KvCacheMemoryTests
{
    [Fact]
    public void A_token_takes_what_the_shapes_of_published_models_say()
    {
        Assert.Equal(524_288, PerToken(SampleModels.Llama2Of7B()));
        Assert.Equal(819_200, PerToken(SampleModels.Llama2Of13B()));
        Assert.Equal(327_680, PerToken(SampleModels.Llama3Of70B()));
        Assert.Equal(131_072, PerToken(SampleModels.Llama3Of8B()));
        Assert.Equal(516_096, PerToken(SampleModels.Llama3Of405B()));
        Assert.Equal(4_718_592, PerToken(SampleModels.Gpt3()));
        Assert.Equal(70_272, PerToken(SampleModels.DeepSeekV3()));
    }

    [Theory]
    [InlineData(1, 131_072)]
    [InlineData(8, 16_384)]
    [InlineData(16, 16_384)]
    public void Tensor_ranks_split_the_cache_down_to_one_head(int tensor, double bytes) =>
        Assert.Equal(bytes, PerToken(SampleModels.Llama3Of8B(), new ParallelLayout { Tensor = tensor }));

    [Fact]
    public void Every_tensor_rank_holds_the_whole_latent() =>
        Assert.Equal(70_272, PerToken(SampleModels.DeepSeekV3(), new ParallelLayout { Tensor = 8 }));

    [Fact]
    public void Windowed_layers_stop_growing_and_constant_layers_never_start()
    {
        var full = new LayerSpec(new AttentionSpec(8, 2, 64), null);
        var windowed = new LayerSpec(new AttentionSpec(8, 2, 64, Window: 128), null);
        var state = new StateSpaceSpec(StateSpaceKind.GatedDeltaNet, 4, 8, 64, 64, 4);
        TransformerArchitecture model = SampleModels.Llama2Of7B() with { Layers = [full, windowed, new LayerSpec(state, null)] };
        KvCacheMemory kv = KvCacheMemory.Of(model, NumberFormat.Bf16);
        double perLayer = 2 * 2 * 64 * 2;
        Assert.Equal(2 * perLayer, kv.PerToken.Value);
        Assert.Equal((1000 * perLayer) + (128 * perLayer) + state.StatePerSequence.Value, kv.PerSequence(1000).Value);
        Assert.Equal((50 * 2 * perLayer) + state.StatePerSequence.Value, kv.PerSequence(50).Value);
    }

    private static double PerToken(TransformerArchitecture model, ParallelLayout? layout = null) =>
        KvCacheMemory.Of(model, layout ?? ParallelLayout.Single, NumberFormat.Bf16, StageLayers.Split(model.Layers.Length, 1), 0).PerToken.Value;
}
