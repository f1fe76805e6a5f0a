using System.Globalization;
using System.Text.Json;
using LlmSim.Cli;
using Xunit;

namespace LlmSim.Tests.Repository;

/// <summary>Every scenario of the repository runs, and the same file and seed give the same bytes.</summary>
public sealed class ScenarioFilesTests
{
    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(RepositoryFiles.At("scenarios"), "*.yaml", SearchOption.AllDirectories)
        .Select(static file => Path.GetRelativePath(RepositoryFiles.At("scenarios"), file).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_scenario_gives_the_same_answer_twice(string file)
    {
        string first = Run(file);
        Assert.Equal(first, Run(file));
        using JsonDocument answer = JsonDocument.Parse(first);
        Assert.True(answer.RootElement.GetProperty("feasible").GetBoolean());
    }

    [Fact]
    public void Fourteen_scenarios_or_more_say_where_they_come_from()
    {
        Assert.True(Files.Count >= 14);
        foreach (string file in Directory.EnumerateFiles(RepositoryFiles.At("scenarios"), "*.yaml", SearchOption.AllDirectories))
        {
            Assert.StartsWith("# ", File.ReadLines(file).First(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_whole_Azure_trace_is_served()
    {
        string trace = GroundTruth.Path("traces/AzureLLMInferenceTrace_conv.csv.gz");
        using JsonDocument answer = JsonDocument.Parse(Run("serve/llama-3.1-8b-h100.yaml", "--set", "traffic.trace=" + trace));
        JsonElement requests = answer.RootElement.GetProperty("requests");
        Assert.Equal(19366, requests.GetProperty("arrived").GetInt64());
        Assert.Equal(0, requests.GetProperty("unfinished").GetInt64());
        Assert.Equal(
            requests.GetProperty("arrived").GetInt64(),
            new[] { "completed", "rejected", "timed_out", "failed", "unfinished" }.Sum(key => requests.GetProperty(key).GetInt64()));
    }

    private static string Run(string file, params string[] more)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        using var errors = new StringWriter(CultureInfo.InvariantCulture);
        ExitCode exit = CommandLine.Run(["run", RepositoryFiles.At("scenarios/" + file), "--json", .. more], output, errors, TestContext.Current.CancellationToken);
        Assert.True(exit == ExitCode.Answer, errors.ToString());
        return output.ToString();
    }
}
