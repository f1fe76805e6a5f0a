using System.Globalization;
using System.Text.Json;
using LlmSim.Cli;
using Xunit;

namespace LlmSim.Tests.Repository;

/// <summary>Whole runs that were published with their device hours.</summary>
public sealed class PublishedRunsTests
{
    /// <summary>DeepSeek-AI 2024 (arXiv 2412.19437), table 1: 2.664 M H800 hours of pretraining. The ramp of the batch and the padding of nodes are left out.</summary>
    [Fact]
    public void The_pretraining_of_DeepSeek_V3_takes_the_reported_device_hours_within_a_tenth()
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        using var errors = new StringWriter(CultureInfo.InvariantCulture);
        string file = RepositoryFiles.At("scenarios/train/deepseek-v3-2048xh800-run.yaml");
        ExitCode exit = CommandLine.Run(["run", file, "--json"], output, errors, TestContext.Current.CancellationToken);
        Assert.True(exit == ExitCode.Answer, errors.ToString());
        using JsonDocument answer = JsonDocument.Parse(output.ToString());
        Assert.InRange(answer.RootElement.GetProperty("run").GetProperty("device_hours").GetDouble() / 2.664e6, 0.9, 1.1);
    }
}
