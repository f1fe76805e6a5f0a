using System.Collections.Immutable;
using LlmSim.Planning.Scenarios;
using Xunit;

namespace LlmSim.Tests.Planning.Scenarios;

/// <summary>Good files, and ways to read texts that say little.</summary>
internal static class Samples
{
    public const string Train = """
        # Llama 3.1 405B, one step
        kind: train
        title: Llama 3.1 405B
        model: meta-llama/Llama-3.1-405B
        node: dgx-h100
        network: {name: RoCE, bandwidth: 400 Gb/s, latency: 5 us}
        devices: 16384
        seed: 7
        parallel:
          tensor: 8
          pipeline: 16
          virtual_stages: 8
          data: 128
          sequence_parallel: true
          zero_stage: 2
        training:
          micro_batch: 1
          global_batch: 2_048
          sequence_length: 8192
          precision: bf16
          schedule: interleaved-1f1b
          recompute: none
          overlap:
            tensor: both
          tokens: 15.6e12
        prices:
          accelerator_hour: 2.50 USD/h
        power:
          limit: 700 W

        """;

    public const string Serve = """
        kind: serve
        model: meta-llama/Llama-3.1-8B
        accelerator: h100-sxm
        parallel:
          tensor: 2
        serving:
          replicas: 2
          weights: fp8
          memory_margin: 12 %
          chunk: 512
          timeout: 30 s
          host:
            per_step: 1.5 ms
            asynchronous: false
          slo:
            ttft: 500 ms
            tpot: 50 ms
        traffic:
          poisson:
            rate: 2 /s
            requests: 100
            prompt: 512
            output:
              lognormal: {mean: 128, cv: 0.5, max: 1024}
        duration: 10 min

        """;

    public static Scenario? Read(string text, out ImmutableArray<Problem> problems, params ImmutableArray<string> overrides) =>
        ScenarioReader.ReadText(text, "test.yaml", overrides, out problems);

    public static T Good<T>(string text, params ImmutableArray<string> overrides)
        where T : Scenario
    {
        Scenario? scenario = Read(text, out ImmutableArray<Problem> problems, overrides);
        Assert.Empty(problems);
        return Assert.IsType<T>(scenario);
    }

    public static ImmutableArray<Problem> Bad(string text, params ImmutableArray<string> overrides)
    {
        Assert.Null(Read(text, out ImmutableArray<Problem> problems, overrides));
        Assert.NotEmpty(problems);
        return problems;
    }

    /// <summary>The one problem of a text.</summary>
    public static Problem OneBad(string text, params ImmutableArray<string> overrides) => Assert.Single(Bad(text, overrides));

    /// <summary>A good file with a line put in place of the one that holds a text.</summary>
    public static string With(string file, string old, string replacement)
    {
        Assert.Contains(old, file, StringComparison.Ordinal);
        return file.Replace(old, replacement, StringComparison.Ordinal);
    }

    public static void IsAt(Problem problem, int line, int column) => Assert.Equal((line, column), (problem.Line, problem.Column));
}
