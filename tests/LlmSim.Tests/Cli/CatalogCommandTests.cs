using System.Text.Json;
using LlmSim.Cli;
using Xunit;

namespace LlmSim.Tests.Cli;

public sealed class CatalogCommandTests
{
    [Fact]
    public void The_catalog_lists_its_sections()
    {
        JsonElement json = Session.Run("catalog", "--json").Json();
        Assert.Equal(["accelerators", "nodes", "models", "efficiencies"], json.EnumerateObject().Select(static section => section.Name));
        Assert.All(json.EnumerateObject(), static section => Assert.NotEqual(0, section.Value.GetArrayLength()));
    }

    [Theory]
    [InlineData("accelerators", "h100-sxm")]
    [InlineData("nodes", "dgx-h100")]
    [InlineData("models", "llama-3.1-8b")]
    [InlineData("efficiencies", "h100-sxm")]
    public void A_section_lists_its_records_and_a_record_its_figures(string section, string name)
    {
        Assert.Contains(name, Session.Run("catalog", section).Output, StringComparison.Ordinal);
        Session record = Session.Run("catalog", section, name);
        Assert.Equal(ExitCode.Answer, record.Code);
        Assert.Contains("Sources", record.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Figures_are_in_si_units_with_their_source()
    {
        JsonElement json = Session.Run("catalog", "accelerators", "h100-sxm", "--json").Json();
        JsonElement bandwidth = json.GetProperty("figures").EnumerateArray().Single(static figure => figure.GetProperty("key").GetString() == "memory_bandwidth");
        Assert.Equal(3.35e12, bandwidth.GetProperty("value").GetDouble());
        Assert.NotEmpty(bandwidth.GetProperty("source").GetString()!);
        Assert.True(bandwidth.GetProperty("verified").GetBoolean());
    }

    [Fact]
    public void An_alias_leads_to_its_record() =>
        Assert.Equal(Session.Run("catalog", "accelerators", "h100-sxm").Output, Session.Run("catalog", "accelerators", "h100").Output);

    [Fact]
    public void A_mistyped_record_is_refused_with_suggestions() => Session.Run("catalog", "accelerators", "h10-sxm").Refused("did you mean", "h100-sxm");

    [Fact]
    public void A_mistyped_section_is_refused_with_a_suggestion() => Session.Run("catalog", "modells", "--json").Refused("did you mean 'models'?");
}
