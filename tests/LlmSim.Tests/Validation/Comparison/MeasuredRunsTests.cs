using System.Collections.Immutable;
using LlmSim.Validation.Comparison;
using LlmSim.Validation.Measurements;
using Xunit;

namespace LlmSim.Tests.Validation.Comparison;

/// <summary>Whole steps and servers against measurements that this repository does not carry; bounds are what is reached, with a margin.</summary>
public sealed class MeasuredRunsTests
{
    [Theory]
    [InlineData("narayanan-2021-table1", "hardware_tflops_per_gpu", 5, 0.06)]
    [InlineData("korthikanti-2022-table5", "seconds_per_step", 4, 0.10)]
    [InlineData("megatron-core-0.8-weak-scaling", "model_tflops_per_gpu", 7, 0.12)]
    [InlineData("llama3-herd-table4", "model_tflops_per_gpu", 1, 0.18)]
    [InlineData("vtrain-micro24-multi", "seconds_per_step", 15, 0.13)]
    [InlineData("vtrain-micro24-single", "seconds_per_step", 306, 0.22)]
    [InlineData("zero-bubble-table4", "samples_per_gpu_per_second", 24, 0.06)]
    [InlineData("zero-bubble-table4", "peak_memory_gb", 24, 0.04)]
    public void Training_steps(string source, string metric, int rows, double error)
    {
        MeasurementFile file = MeasurementSource.Read(GroundTruth.Path("training/steps.csv"));
        Assert.Empty(file.Problems);
        Holds(file, row => row.Source == source && row.Metric == metric, rows, error);
    }

    [Theory]
    [InlineData("vllm", "tpot_seconds", 90, 0.15)]
    [InlineData("vllm", "ttft_seconds", 90, 0.25)]
    [InlineData("trtllm", "tpot_seconds", 303, 0.22)]
    public void Servers_under_a_closed_loop(string backend, string metric, int rows, double error)
    {
        MeasurementFile file = MeasurementSource.Read(GroundTruth.Path("serving/closed_loop.csv"));
        Assert.Empty(file.Problems);
        Holds(file, row => row.Variant == backend && row.Metric == metric, rows, error);
    }

    [Fact]
    public void Servers_at_maximum_throughput() =>
        Holds(MeasurementSource.Read(GroundTruth.Path("serving/max_throughput.csv")), static _ => true, 10, 0.35);

    [Theory]
    [InlineData("RTX4090_Llama-3.1-8B")]
    [InlineData("RTXPRO6000_Qwen3-32B")]
    public void Recorded_runs(string run)
    {
        MeasurementFile file = MeasurementSource.Read(GroundTruth.Path($"serving/per_request/{run}/requests.jsonl"));
        Assert.Empty(file.Problems);
        Holds(file, static row => row.Metric == "tpot_seconds_mean", 1, 0.35);
        Holds(file, static row => row.Metric == "e2e_seconds_mean", 1, 0.42);
        Holds(file, static row => row.Metric == "tpot_seconds", 300, 0.35);
    }

    private static void Holds(MeasurementFile file, Func<MeasuredRow, bool> chosen, int rows, double error)
    {
        MeasuredRow[] some = [.. file.Rows.Where(chosen)];
        ImmutableArray<ComparedRow> compared = MeasurementComparison.Compare(some, Predictors.All(null), 2, TestContext.Current.CancellationToken);
        ComparedRow[] counted = [.. compared.Where(static row => row.Counts)];
        Assert.Equal(rows, counted.Length);
        Assert.InRange(ErrorMetrics.Of(counted)!.Mape, 0, error);
    }
}
