using LlmSim.Planning.Scenarios;
using NJsonSchema;
using Xunit;

namespace LlmSim.Tests.Planning.Scenarios;

public sealed class ScenarioSchemaTests
{
    [Theory]
    [InlineData(Samples.Train)]
    [InlineData(Samples.Serve)]
    public async Task The_schema_accepts_good_files(string text) => Assert.Empty(await Errors(Samples.With(text, "kind", "kind")));

    [Theory]
    [InlineData("tensor: 8", "tensr: 8")]
    [InlineData("tensor: 8", "tensor: 0")]
    [InlineData("limit: 700 W", "limit: 700")]
    [InlineData("limit: 700 W", "limit: 700 GB")]
    [InlineData("precision: bf16", "precision: fb16")]
    [InlineData("kind: train", "kind: serve")]
    [InlineData("node: dgx-h100", "title: x")]
    [InlineData("  sequence_length: 8192\n", "")]
    [InlineData("tokens: 15.6e12", "tokens: 1\n  steps: 1")]
    public async Task The_schema_rejects_what_the_binder_rejects_in_training(string old, string replacement)
    {
        string text = Samples.With(Samples.Train, old, replacement);
        text = replacement == "title: x" ? Samples.With(text, "title: Llama 3.1 405B\n", string.Empty) : text;

        Assert.NotEmpty(await Errors(text));
        Assert.NotEmpty(Samples.Bad(text));
    }

    [Theory]
    [InlineData("  poisson:", "  trace: a.csv\n  poisson:")]
    [InlineData("memory_margin: 12 %", "memory_margin: 12 %\n  memory_utilization: 80 %")]
    [InlineData("prompt: 512", "prompt: {}")]
    [InlineData("prompt: 512", "prompt: {fixed: 1, uniform: {min: 1, max: 2}}")]
    [InlineData("cv: 0.5", "cv: 0")]
    [InlineData("asynchronous: false", "asynchronous: no")]
    public async Task The_schema_rejects_what_the_binder_rejects_in_serving(string old, string replacement)
    {
        string text = Samples.With(Samples.Serve, old, replacement);

        Assert.NotEmpty(await Errors(text));
        Assert.NotEmpty(Samples.Bad(text));
    }

    [Fact]
    public void The_schema_is_draft_7_and_the_same_bytes_each_time()
    {
        string json = ScenarioSchema.ToJson();

        Assert.StartsWith("{\n  \"$schema\": \"http://json-schema.org/draft-07/schema#\",", json, StringComparison.Ordinal);
        Assert.Equal(json, ScenarioSchema.ToJson());
    }

    [Fact]
    public void The_committed_reference_is_the_generated_one()
    {
        string committed = File.ReadAllText(Path.Combine(Root(), "docs", "scenario-reference.md"));

        Assert.Equal(committed, ScenarioReference.ToMarkdown());
    }

    /// <summary>The number of tokens is written as editors parse it: their YAML readers turn 15.6e12 into an integer.</summary>
    private static async Task<ICollection<NJsonSchema.Validation.ValidationError>> Errors(string text)
    {
        JsonSchema schema = await JsonSchema.FromJsonAsync(ScenarioSchema.ToJson(), TestContext.Current.CancellationToken);
        ScenarioNode root = ScenarioText.Parse(text.Replace("15.6e12", "15600000000000", StringComparison.Ordinal), "test.yaml", out _)!;
        return schema.Validate(NodeJson.ToElement(root).GetRawText());
    }

    private static string Root()
    {
        string? directory = AppContext.BaseDirectory;
        while (directory is not null && !File.Exists(Path.Combine(directory, "LlmSim.sln")))
        {
            directory = Path.GetDirectoryName(directory);
        }

        return directory ?? throw new InvalidOperationException("LlmSim.sln is not above the tests");
    }
}
