using System.Collections.Immutable;
using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;
using LlmSim.Validation.Comparison;
using LlmSim.Validation.Measurements;
using Xunit;

namespace LlmSim.Tests.Validation.Comparison;

/// <summary>The shipped constants of attention against their tables; the bounds are the errors on groups that a fit did not read.</summary>
public sealed class AttentionAccuracyTests
{
    private const string Prefill = "attention_prefill";
    private const string Decode = "attention_decode";

    [Theory]
    [InlineData(Prefill, "a100-sxm-80gb", NumberFormat.Bf16, 0.05, 0.036)]
    [InlineData(Prefill, "h100-sxm", NumberFormat.Bf16, 0.08, 0.06)]
    [InlineData(Prefill, "b200-sxm", NumberFormat.Bf16, 0.075, 0.056)]
    [InlineData(Prefill, "h100-sxm", NumberFormat.Fp8, 0.095, 0.072)]
    [InlineData(Prefill, "b200-sxm", NumberFormat.Fp8, 0.095, 0.073)]
    [InlineData(Decode, "a100-sxm-80gb", NumberFormat.Bf16, 0.08, 0.06)]
    [InlineData(Decode, "h100-sxm", NumberFormat.Bf16, 0.066, 0.048)]
    [InlineData(Decode, "b200-sxm", NumberFormat.Bf16, 0.067, 0.05)]
    [InlineData(Decode, "h100-sxm", NumberFormat.Fp8, 0.064, 0.042)]
    [InlineData(Decode, "b200-sxm", NumberFormat.Fp8, 0.078, 0.063)]
    public void Attention_is_within_the_errors_of_unread_groups(string table, string gpu, NumberFormat cache, double mean, double median)
    {
        ImmutableArray<ComparedRow> compared = Compare(table, gpu, cache, leaveOut: false);
        Within(mean, median, compared);
        Assert.InRange(InBand(compared), 0.88, 0.99);
    }

    [Theory]
    [InlineData(NumberFormat.Bf16, 0.175, 0.14)]
    [InlineData(NumberFormat.Fp8, 0.24, 0.19)]
    public void Prompts_on_a_device_without_its_own_constants_are_priced_by_its_relatives(NumberFormat cache, double mean, double median) =>
        Within(mean, median, Compare(Prefill, "b200-sxm", cache, leaveOut: true));

    [Theory]
    [InlineData(NumberFormat.Bf16)]
    [InlineData(NumberFormat.Fp8)]
    public void Decoding_on_a_device_without_its_own_constants_lies_in_the_wider_band(NumberFormat cache) =>
        Assert.InRange(InBand(Compare(Decode, "b200-sxm", cache, leaveOut: true)), 0.85, 1);

    private static ImmutableArray<ComparedRow> Compare(string table, string gpu, NumberFormat cache, bool leaveOut)
    {
        using FileStream content = File.OpenRead(GroundTruth.Path($"kernels/{table}.csv"));
        MeasurementFile file = MeasurementSource.Read(table + ".csv", content);
        MeasuredRow[] rows = [.. file.Rows.Where(row => row.Skipped is null && row.Gpu == gpu && CacheOf(row) == cache)];
        return [.. MeasurementComparison.Compare(rows, [new KernelPredictor(null) { LeaveOut = leaveOut }], 2, TestContext.Current.CancellationToken).Where(static row => row.Counts)];
    }

    private static NumberFormat? CacheOf(MeasuredRow row) => (row.Work as KernelWork)?.Shape switch
    {
        PrefillAttentionShape shape => shape.Cache,
        DecodeAttentionShape shape => shape.Cache,
        _ => null,
    };

    private static double InBand(ImmutableArray<ComparedRow> compared) =>
        compared.Average(static row => row.Row.Measured >= row.Prediction.Low && row.Row.Measured <= row.Prediction.High ? 1d : 0);

    private static void Within(double mean, double median, ImmutableArray<ComparedRow> compared)
    {
        double[] errors = [.. compared.Select(static row => row.AbsoluteError).Order()];
        Assert.True(errors.Length >= 100, $"only {errors.Length} rows");
        Assert.True(
            errors.Average() <= mean && errors[errors.Length / 2] <= median,
            $"mean error {errors.Average():P1}, median {errors[errors.Length / 2]:P1}, in band {InBand(compared):P1} of {errors.Length} rows");
    }
}
