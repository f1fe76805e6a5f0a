using System.Text.Json;
using System.Text.RegularExpressions;
using LlmSim.Model.Architecture;
using LlmSim.Model.Catalog;
using LlmSim.Model.Hardware;
using LlmSim.Model.Memory;
using Xunit;

namespace LlmSim.Tests.Model.Catalog;

public sealed partial class MeasuredModelNamesTests
{
    [Theory]
    [InlineData("serving/closed_loop.csv")]
    [InlineData("serving/max_throughput.csv")]
    [InlineData("training/steps.csv")]
    public void Every_model_of_a_measured_table_is_in_the_catalog(string table)
    {
        IEnumerable<string> unknown = MeasuredTables.Read(table)
            .Select(static row => row["model"])
            .Distinct()
            .Where(static name => !ShapeInName().IsMatch(name) && !ModelCatalog.TryFind(name, out _));
        Assert.Empty(unknown);
    }

    [Theory]
    [InlineData("serving/per_request/RTX4090_Llama-3.1-8B/config.json")]
    [InlineData("serving/per_request/RTXPRO6000_Qwen3-32B/config.json")]
    public void Every_model_of_a_measured_server_is_in_the_catalog(string path)
    {
        using JsonDocument server = JsonDocument.Parse(MeasuredTables.ReadText(path));
        IEnumerable<string> names = server.RootElement.GetProperty("nodes").EnumerateArray()
            .SelectMany(static node => node.GetProperty("instances").EnumerateArray())
            .Select(static instance => instance.GetProperty("model_name").GetString()!);
        Assert.All(names, static name => Assert.True(ModelCatalog.TryFind(name, out _), name));
    }

    /// <summary>Two times layers, KV heads, head size and two bytes; for DeepSeek-V3 61 latents of 512 + 64.</summary>
    [Theory]
    [InlineData("llama-2-7b", 524_288)]
    [InlineData("llama-2-13b", 819_200)]
    [InlineData("llama-3-70b", 327_680)]
    [InlineData("llama-3-8b", 131_072)]
    [InlineData("llama-3.1-405b", 516_096)]
    [InlineData("gpt-3-175b", 4_718_592)]
    [InlineData("deepseek-v3", 70_272)]
    public void A_token_of_a_catalog_model_takes_the_published_bytes_of_cache(string name, double bytes)
    {
        Assert.True(ModelCatalog.TryFind(name, out TransformerArchitecture? model));
        Assert.Equal(bytes, KvCacheMemory.Of(model, NumberFormat.Bf16).PerToken.Value);
    }

    /// <summary>Names such as gpt-h4096-l32 spell out a shape and are not models of the catalog.</summary>
    [GeneratedRegex(@"^gpt-h\d+")]
    private static partial Regex ShapeInName();
}
