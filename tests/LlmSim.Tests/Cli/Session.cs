using System.Text.Json;
using LlmSim.Cli;
using LlmSim.Cli.Output;
using LlmSim.Tests.Repository;
using Xunit;

namespace LlmSim.Tests.Cli;

/// <summary>One run of the program inside the test process, and what it wrote.</summary>
internal sealed record Session(ExitCode Code, string Output, string Error)
{
    /// <summary>A serving scenario that runs in a moment.</summary>
    public static string ServeFile { get; } = RepositoryFiles.At("scenarios", "serve", "llama-3.1-8b-h100.yaml");

    /// <summary>A training scenario.</summary>
    public static string TrainFile { get; } = RepositoryFiles.At("scenarios", "train", "gpt-22b-8xa100.yaml");

    /// <summary>Runs the program on a plain page.</summary>
    public static Session Run(params string[] args) => On(Terminal.Plain, args);

    /// <summary>Runs the program on a page.</summary>
    public static Session On(Terminal terminal, params string[] args)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        ExitCode code = CommandLine.Run(args, output, error, terminal, TestContext.Current.CancellationToken);
        return new(code, output.ToString(), error.ToString());
    }

    /// <summary>Asserts that the input was refused: exit code 2, nothing on standard output, and a message that contains each of the texts.</summary>
    public Session Refused(params string[] texts)
    {
        Assert.Equal(ExitCode.BadInput, Code);
        Assert.Equal(string.Empty, Output);
        Assert.All(texts, text => Assert.Contains(text, Error, StringComparison.Ordinal));
        return this;
    }

    /// <summary>The answer as one JSON object.</summary>
    public JsonElement Json()
    {
        using JsonDocument document = JsonDocument.Parse(Output);
        return document.RootElement.Clone();
    }
}
