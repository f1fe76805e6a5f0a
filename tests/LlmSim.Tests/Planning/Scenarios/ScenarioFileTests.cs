using System.Collections.Immutable;
using System.Text;
using LlmSim.Planning.Scenarios;
using Xunit;

namespace LlmSim.Tests.Planning.Scenarios;

public sealed class ScenarioFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("scenario-tests-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_missing_file_is_told_with_the_similar_one_beside_it()
    {
        Write("llama-train.yaml", Samples.Train);

        Assert.Equal("there is no such file: did you mean 'llama-train.yaml'?", Refused("lama-train.yml").Message);
        Assert.Equal("there is no such file", Refused("something-else.yaml").Message);
        Assert.StartsWith("there is no such file: the directory ", Refused(Path.Combine("nowhere", "a.yaml")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_is_refused() => Assert.Equal("this is a directory: expected a file", Refused(".").Message);

    [Fact]
    public void Binary_files_and_other_encodings_are_refused_where_they_stop_being_text()
    {
        Write("nul.yaml", [.. "a: 1\nb: "u8, 0, 1]);
        Write("latin1.yaml", [.. "a: 1\nb: caf"u8, 0xE9, (byte)'\n']);
        Write("utf16.yaml", Encoding.Unicode.GetBytes("a: 1"));

        Assert.Equal((2, 4, "a NUL byte: this is a binary file, expected YAML text in UTF-8"), Place(Refused("nul.yaml")));
        Assert.Equal((2, 7, "bytes that are not UTF-8: this is a binary file or another encoding, expected YAML text in UTF-8"), Place(Refused("latin1.yaml")));
        Assert.StartsWith("a NUL byte", Refused("utf16.yaml").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_over_one_mebibyte_is_refused_and_one_of_exactly_that_is_not()
    {
        Write("large.yaml", new string('#', ScenarioText.MaxLength + 1));
        Write("full.yaml", Samples.Train + new string('#', ScenarioText.MaxLength - Samples.Train.Length));

        Assert.Equal("the file has 1048577 bytes: at most 1048576 (1 MiB) are read", Refused("large.yaml").Message);
        Assert.NotNull(ScenarioReader.Read(Path.Combine(_directory, "full.yaml"), [], out _));
    }

    [Fact]
    public void Files_that_a_scenario_names_must_exist()
    {
        Write("h100.json", """{"name": "mine", "memory": {"capacity": "80 GiB"}}""");
        Write("serve.yaml", Samples.With(Samples.With(Samples.Serve, "accelerator: h100-sxm", "accelerator: ./h101.json"), "  poisson:", "  trace: a.csv\n  poisson:"));
        Write("good.yaml", Samples.With(Samples.Serve, "accelerator: h100-sxm", "accelerator: ./h100.json"));

        Assert.Null(ScenarioReader.Read(Path.Combine(_directory, "serve.yaml"), [], out ImmutableArray<Problem> problems));
        Assert.Equal([(3, 14), (19, 10), (20, 3)], problems.Select(static p => (p.Line, p.Column)));
        Assert.EndsWith("there is no such file: did you mean 'h100.json'?", problems[0].Message, StringComparison.Ordinal);

        Scenario scenario = ScenarioReader.Read(Path.Combine(_directory, "good.yaml"), [], out _)!;
        RecordContent content = scenario.Accelerator!.Read(out problems)!;
        Assert.Equal("80 GiB", content.Json.GetProperty("memory").GetProperty("capacity").GetString());
        Problem problem = content.ProblemAt("memory.capacity", "too small");
        Assert.Equal((1, 41, "accelerator.memory.capacity", "h100.json"), (problem.Line, problem.Column, problem.Path, Path.GetFileName(problem.File)));
    }

    private static (int Line, int Column, string Message) Place(Problem problem) => (problem.Line, problem.Column, problem.Message);

    private Problem Refused(string name)
    {
        Assert.Null(ScenarioReader.Read(Path.Combine(_directory, name), [], out ImmutableArray<Problem> problems));
        return Assert.Single(problems);
    }

    private void Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    private void Write(string name, byte[] bytes) => File.WriteAllBytes(Path.Combine(_directory, name), bytes);
}
