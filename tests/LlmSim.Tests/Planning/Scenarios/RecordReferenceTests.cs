using System.Collections.Immutable;
using LlmSim.Planning.Scenarios;
using Xunit;

namespace LlmSim.Tests.Planning.Scenarios;

public sealed class RecordReferenceTests
{
    [Theory]
    [InlineData("meta-llama/Llama-3.1-8B", null)]
    [InlineData("llama-3.1-8b", null)]
    [InlineData("records/llama.json", "dir/records/llama.json")]
    [InlineData("records\\llama.yml", "dir/records/llama.yml")]
    [InlineData("../records/llama.YAML", "dir/../records/llama.YAML")]
    [InlineData("./llama.json", "dir/./llama.json")]
    [InlineData("/records/llama.json", "/records/llama.json")]
    public void A_reference_is_a_name_or_a_path_relative_to_its_file(string value, string? path)
    {
        Scenario? scenario = ScenarioReader.ReadText(Samples.Train + $"accelerator: {value}\n", "dir/test.yaml", [], out _);

        Assert.Equal(path, (scenario?.Accelerator as RecordFile)?.Path);
        Assert.Equal(path is null ? value : null, (scenario?.Accelerator as NamedRecord)?.Name);
    }

    [Fact]
    public void A_path_in_an_override_is_relative_to_the_current_directory()
    {
        Scenario? scenario = ScenarioReader.ReadText(Samples.Serve, "dir/test.yaml", ["model=a/b.json", "traffic.trace=c.csv"], out _);

        Assert.Equal(("a/b.json", "c.csv"), ((scenario?.Model as RecordFile)?.Path, ((scenario as ServeScenario)?.Traffic as TraceTraffic)?.File));
    }

    [Fact]
    public void A_record_in_place_becomes_JSON_and_its_problems_find_their_lines()
    {
        string text = Samples.With(Samples.Serve, "accelerator: h100-sxm", "accelerator:\n  name: mine\n  matrix_peak:\n    bf16: 989 TFLOP/s\n  devices: 8");

        RecordContent content = Samples.Good<ServeScenario>(text).Accelerator!.Read(out ImmutableArray<Problem> problems)!;

        Assert.Empty(problems);
        Assert.Equal("""{"name":"mine","matrix_peak":{"bf16":"989 TFLOP/s"},"devices":8}""", content.Json.GetRawText());
        Assert.Equal("test.yaml:6:11: too fast", content.ProblemAt("matrix_peak.bf16", "too fast").ToString());
        Assert.Equal("accelerator.matrix_peak.fp8", content.ProblemAt("matrix_peak.fp8", "missing").Path);
        Samples.IsAt(content.ProblemAt("matrix_peak.fp8", "missing"), 6, 5);
    }

    [Fact]
    public void A_name_that_the_catalog_lacks_is_told_with_the_nearest_one()
    {
        var name = Assert.IsType<NamedRecord>(Samples.Good<ServeScenario>(Samples.Serve).Accelerator);

        Assert.Null(name.Read(out _));
        Assert.Equal(
            "test.yaml:3:14: 'accelerator' is 'h100-sxm', which the catalog does not have (did you mean 'h100_sxm5'?): legal are a100, h100_sxm5",
            name.Unknown(["a100", "h100_sxm5"]).ToString());
    }
}
