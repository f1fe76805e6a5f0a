using LlmSim.Model.Architecture;
using LlmSim.Model.Memory;
using LlmSim.Model.Parallelism;
using Xunit;

namespace LlmSim.Tests.Model.Memory;

public sealed class ParameterShardingTests
{
    public static TheoryData<string, double> Published => new()
    {
        { "gpt2", 124_439_808 },
        { "llama-2-7b", 6_738_415_616 },
        { "llama-3.1-8b", 8_030_261_248 },
        { "mixtral-8x7b", 46_702_792_704 },
        { "deepseek-v3", 671_026_419_200 },
    };

    [Theory]
    [MemberData(nameof(Published))]
    public void One_device_holds_the_published_number_of_parameters(string name, double parameters) =>
        Assert.Equal(parameters, ParameterSharding.Whole(Model(name)));

    [Fact]
    public void Without_biases_gpt2_has_the_number_of_nanoGPTs_sizing_notebook() =>
        Assert.Equal(124_337_664, ParameterSharding.Whole(SampleModels.Gpt2(bias: false)));

    [Theory]
    [InlineData("llama-2-7b", 4, 4)]
    [InlineData("llama-3.1-8b", 8, 2)]
    [InlineData("mixtral-8x7b", 2, 4)]
    public void Shares_of_all_ranks_are_the_whole_and_the_replicated_norms(string name, int tensor, int pipeline)
    {
        TransformerArchitecture model = Model(name);
        var layout = new ParallelLayout { Tensor = tensor, Pipeline = pipeline };
        var stages = StageLayers.Of(model.Layers.Length, layout);
        double sum = Enumerable.Range(0, pipeline).Sum(stage => ParameterSharding.OnStage(model, layout, stages, stage).Total) * tensor;
        double router = model.Layers[0].FeedForward is MoeFeedForward moe ? (double)moe.Experts * model.HiddenSize : 0;
        double replicated = (((2 * model.HiddenSize) + router) * model.Layers.Length) + model.HiddenSize;
        Assert.Equal(ParameterSharding.Whole(model) + ((tensor - 1) * replicated), sum, 0);
    }

    [Fact]
    public void Both_ends_of_a_pipeline_hold_a_tied_embedding()
    {
        TransformerArchitecture model = SampleModels.Gpt2();
        var stages = StageLayers.Split(12, 4);
        var layout = new ParallelLayout { Pipeline = 4 };
        double sum = Enumerable.Range(0, 4).Sum(stage => ParameterSharding.OnStage(model, layout, stages, stage).Total);
        Assert.Equal(124_439_808 + (50257d * 768), sum);
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(8, 1, 8)]
    [InlineData(1, 8, 8)]
    [InlineData(4, 2, 4)]
    [InlineData(2, 4, 2)]
    public void Expert_shards_times_their_number_are_all_experts(int tensor, int data, int expert)
    {
        var layout = new ParallelLayout { Tensor = tensor, Data = data, Expert = expert };
        TransformerArchitecture model = SampleModels.Mixtral();
        ShardedParameters share = ParameterSharding.OnStage(model, layout, StageLayers.Split(32, 1), 0);
        double all = 32d * 8 * 3 * 4096 * 14336;
        Assert.Equal(all, share.Experts * tensor * data / ExpertSplit.Copies(layout), 0);
    }

    [Fact]
    public void Ranks_beyond_the_kv_heads_hold_copies()
    {
        TransformerArchitecture model = SampleModels.Llama3Of8B();
        LayerSpec layer = model.Layers[0];
        double at16 = ParameterSharding.OfLayer(model, layer, new ParallelLayout { Tensor = 16 }).Dense;
        double split = (4096d * 4096 * 2 / 16) + (3d * 4096 * 14336 / 16) + (2 * 4096);
        Assert.Equal(split + (4096d * 2 * 128), at16);
    }

    private static TransformerArchitecture Model(string name) => name switch
    {
        "gpt2" => SampleModels.Gpt2(),
        "llama-2-7b" => SampleModels.Llama2Of7B(),
        "llama-3.1-8b" => SampleModels.Llama3Of8B(),
        "mixtral-8x7b" => SampleModels.Mixtral(),
        _ => SampleModels.DeepSeekV3(),
    };
}
