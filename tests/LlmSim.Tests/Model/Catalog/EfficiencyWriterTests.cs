using System.Text.Json;
using LlmSim.Model.Catalog;
using LlmSim.Model.Cost;
using Xunit;

namespace LlmSim.Tests.Model.Catalog;

/// <summary>What is written is what is read.</summary>
public sealed class EfficiencyWriterTests
{
    [Theory]
    [InlineData("a100-sxm-80gb")]
    [InlineData("h100-sxm")]
    [InlineData("b200-sxm")]
    public void A_written_efficiency_reads_as_the_same_one(string name)
    {
        string text = EfficiencyWriter.Write(EfficiencyCatalog.Section.Find(name));
        using JsonDocument json = JsonDocument.Parse(text);
        Assert.True(EfficiencyRecord.TryRead(json.RootElement, out Efficiency? read, out _));
        Assert.Equal(text, EfficiencyWriter.Write(read));
    }

    [Fact]
    public void A_constant_outside_its_physical_range_is_a_problem_with_the_range()
    {
        string text = EfficiencyWriter.Write(EfficiencyCatalog.Section.Find("h100-sxm"));
        int value = text.IndexOf(" us\"", StringComparison.Ordinal);
        text = string.Concat(text.AsSpan(0, text.LastIndexOf('"', value) + 1), "3 s", text.AsSpan(value + 3));
        using JsonDocument json = JsonDocument.Parse(text);
        Assert.False(EfficiencyRecord.TryRead(json.RootElement, out _, out var problems));
        Assert.Contains(problems, static p => p.Path == "gemm.bf16.floor.value" && p.Message.Contains("0.2 us to 200 us", StringComparison.Ordinal));
    }
}
