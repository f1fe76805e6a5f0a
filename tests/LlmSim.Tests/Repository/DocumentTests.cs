using System.Text.Json;
using System.Text.RegularExpressions;
using LlmSim.Cli;
using LlmSim.Planning.Scenarios;
using Xunit;

namespace LlmSim.Tests.Repository;

/// <summary>What the documents say is what the program does.</summary>
public sealed partial class DocumentTests
{
    private const string FromSource = "dotnet run --project src/Cli -c Release -- ";

    [Fact]
    public void The_schema_is_the_one_that_the_types_generate_and_is_json()
    {
        string schema = Text("docs", "scenario.schema.json");
        Assert.Equal(ScenarioSchema.ToJson().Trim(), schema.Trim());
        using JsonDocument document = JsonDocument.Parse(schema);
        Assert.Equal(JsonValueKind.Object, document.RootElement.ValueKind);
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("docs", "architecture.md")]
    public void Links_to_files_lead_somewhere(params string[] document)
    {
        string directory = Path.GetDirectoryName(RepositoryFiles.At(document))!;
        IEnumerable<string> targets = Link().Matches(Text(document)).Select(static match => match.Groups[1].Value);
        Assert.All(targets, target => Assert.True(Path.Exists(Path.Combine(directory, target)), target));
    }

    [Fact]
    public void Every_command_of_the_readme_answers()
    {
        IEnumerable<string> lines = Text("README.md").Split('\n').Select(static line => line.Trim());
        string[] commands = [.. lines.Where(static line => line.StartsWith(FromSource, StringComparison.Ordinal))];
        Assert.NotEmpty(commands);
        foreach (string command in commands)
        {
            using StringWriter output = new();
            using StringWriter error = new();
            string[] words = command[FromSource.Length..].Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            string[] args = [.. words.Select(static word => word.Contains('/', StringComparison.Ordinal) ? RepositoryFiles.At(word) : word)];
            ExitCode code = CommandLine.Run(args, output, error, TestContext.Current.CancellationToken);
            Assert.True(code == ExitCode.Answer, $"{command}: {code}\n{error}");
            Assert.NotEmpty(output.ToString());
        }
    }

    [GeneratedRegex(@"\]\((?!https?:|#)([^)#]+)")]
    private static partial Regex Link();

    private static string Text(params string[] parts) => File.ReadAllText(RepositoryFiles.At(parts)).ReplaceLineEndings("\n");
}
