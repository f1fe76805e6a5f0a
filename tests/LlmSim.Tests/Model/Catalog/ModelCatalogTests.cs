using System.Text.Json;
using LlmSim.Model.Architecture;
using LlmSim.Model.Catalog;
using LlmSim.Model.Memory;
using Xunit;

namespace LlmSim.Tests.Model.Catalog;

public sealed class ModelCatalogTests
{
    /// <summary>How far a count may lie from a published one that is rounded, or counts a vision encoder or further layers too.</summary>
    private const double RoundedTolerance = 0.04;

    public static TheoryData<string> Names => [.. ModelCatalog.Names];

    /// <summary>Catalog key by the name of the published configuration of the same model.</summary>
    public static TheoryData<string, string> Published => new()
    {
        { "gpt2", "gpt-2" },
        { "gpt2-xl", "gpt-2-xl" },
        { "opt-125m", "facebook/opt-125m" },
        { "bloom-176b", "bigscience/bloom" },
        { "falcon-7b", "tiiuae/falcon-7b" },
        { "llama-2-7b", "meta-llama/Llama-2-7b-hf" },
        { "llama-2-13b", "meta-llama/Llama-2-13b-hf" },
        { "llama-2-70b", "meta-llama/Llama-2-70b-hf" },
        { "llama-3.1-8b", "meta-llama/Llama-3.1-8B" },
        { "llama-3.1-70b", "meta-llama/Llama-3.1-70B" },
        { "llama-3.1-405b", "meta-llama/Llama-3.1-405B" },
        { "llama-3.2-1b", "meta-llama/Llama-3.2-1B" },
        { "llama-3.2-3b", "meta-llama/Llama-3.2-3B" },
        { "mistral-7b-v0.1", "mistralai/Mistral-7B-v0.1" },
        { "mixtral-8x7b", "mistralai/Mixtral-8x7B-v0.1" },
        { "qwen2.5-7b", "Qwen/Qwen2.5-7B" },
        { "qwen3-8b", "Qwen/Qwen3-8B" },
        { "qwen3-32b", "Qwen/Qwen3-32B" },
        { "qwen3-30b-a3b", "Qwen/Qwen3-30B-A3B" },
        { "gemma-2-9b", "google/gemma-2-9b" },
        { "gpt-oss-20b", "openai/gpt-oss-20b" },
        { "gpt-oss-120b", "openai/gpt-oss-120b" },
        { "deepseek-v3", "deepseek-ai/DeepSeek-V3" },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_model_counts_as_many_parameters_as_its_record_says_were_published(string name)
    {
        TransformerArchitecture model = Find(name);
        Assert.Equal(name, model.Name);
        long total = ParameterCount.Of(model).Total;
        using JsonDocument record = Record(name);
        if (!record.RootElement.TryGetProperty("parameters", out JsonElement parameters))
        {
            return;
        }

        double published = parameters.GetProperty("published").GetDouble();
        bool exact = parameters.TryGetProperty("exact", out JsonElement flag) && flag.GetBoolean();
        if (exact)
        {
            Assert.Equal(published, total);
        }
        else
        {
            Assert.InRange(total / published, 1 - RoundedTolerance, 1 + RoundedTolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void One_device_holds_as_many_parameters_as_are_counted(string name) =>
        Assert.Equal(ParameterCount.Of(Find(name)).Total, ParameterSharding.Whole(Find(name)));

    [Theory]
    [MemberData(nameof(Published))]
    public void A_model_has_the_shape_of_its_published_configuration(string config, string name)
    {
        TransformerArchitecture expected = PublishedConfigs.Read(PublishedConfigs.All[config].Json);
        TransformerArchitecture model = Find(name);
        Assert.Equal(expected.Layers.AsEnumerable(), model.Layers.AsEnumerable());
        Assert.Equal(
            (expected.VocabularySize, expected.HiddenSize, expected.TiedEmbeddings, expected.Norm, expected.LearnedPositions, expected.ExtraParameters),
            (model.VocabularySize, model.HiddenSize, model.TiedEmbeddings, model.Norm, model.LearnedPositions, model.ExtraParameters));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_model_is_found_by_each_of_its_repositories_with_or_without_their_owner(string name)
    {
        using JsonDocument record = Record(name);
        if (!record.RootElement.TryGetProperty("repositories", out JsonElement repositories))
        {
            return;
        }

        foreach (string repository in repositories.EnumerateArray().Select(static item => item.GetString()!))
        {
            Assert.Equal(name, Find(repository).Name);
            Assert.Equal(name, Find(repository.ToUpperInvariant()).Name);
            Assert.Equal(name, Find(repository[(repository.IndexOf('/', StringComparison.Ordinal) + 1)..]).Name);
        }
    }

    [Fact]
    public void Every_alias_leads_to_a_model_and_hides_none()
    {
        Assert.NotEmpty(ModelCatalog.Aliases);
        Assert.All(ModelCatalog.Aliases, static alias => Assert.Contains(alias.Value, ModelCatalog.Names));
        Assert.DoesNotContain(ModelCatalog.Aliases, static alias => ModelCatalog.Names.Contains(alias.Key) && alias.Key != alias.Value);
    }

    [Fact]
    public void A_mistyped_name_gets_the_nearest_ones()
    {
        Assert.False(ModelCatalog.TryFind("lama-3.1-8b", out _));
        Assert.Equal("llama-3.1-8b", ModelCatalog.Suggest("lama-3.1-8b")[0]);
    }

    private static TransformerArchitecture Find(string name)
    {
        Assert.True(ModelCatalog.TryFind(name, out TransformerArchitecture? model), $"no model '{name}'");
        return model;
    }

    private static JsonDocument Record(string name)
    {
        using Stream stream = typeof(ModelCatalog).Assembly.GetManifestResourceStream($"catalog/models/{name}.json")!;
        return JsonDocument.Parse(stream);
    }
}
