using LlmSim.Model.Architecture;
using LlmSim.Model.Memory;
using LlmSim.Tests.Model.Catalog;
using Xunit;

namespace LlmSim.Tests.Model.Architecture;

public sealed class ParameterCountTests
{
    public static TheoryData<string> Names => [.. PublishedConfigs.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_configuration_has_as_many_parameters_as_its_published_weights(string name)
    {
        (string json, long parameters) = PublishedConfigs.All[name];
        Assert.Equal(parameters, ParameterCount.Of(PublishedConfigs.Read(json)).Total);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void One_device_holds_what_the_count_says(string name)
    {
        TransformerArchitecture model = PublishedConfigs.Read(PublishedConfigs.All[name].Json);
        Assert.Equal(ParameterCount.Of(model).Total, ParameterSharding.Whole(model));
    }

    [Theory]
    [InlineData("mixtral-8x7b", 12.9e9)]
    [InlineData("qwen3-30b-a3b", 3.3e9)]
    [InlineData("deepseek-v3", 37.5e9)]
    public void A_token_meets_as_many_parameters_as_the_makers_state(string name, double stated)
    {
        long active = ParameterCount.Of(PublishedConfigs.Read(PublishedConfigs.All[name].Json)).Active;
        Assert.InRange(active / stated, 0.98, 1.02);
    }

    [Fact]
    public void Without_experts_every_parameter_is_active()
    {
        ParameterCount count = ParameterCount.Of(SampleModels.Llama3Of8B());
        Assert.Equal(count.Total, count.Active);
    }

    [Fact]
    public void The_parts_of_gpt2_are_those_of_nanoGPTs_sizing_notebook()
    {
        ParameterCount count = ParameterCount.Of(SampleModels.Gpt2(bias: false));
        Assert.Equal(38_597_376, count.Embedding);
        Assert.Equal(786_432, count.Positions);
        Assert.Equal(12 * 2_359_296, count.Attention);
        Assert.Equal(12 * 4_718_592, count.DenseFeedForward);
        Assert.Equal((12 * 1536) + 768, count.Norms);
        Assert.Equal(0, count.Head);
        Assert.Equal(124_337_664, count.Total);
    }
}
