using System.Collections.Immutable;
using LlmSim.Validation.Comparison;
using LlmSim.Validation.Measurements;
using Xunit;

namespace LlmSim.Tests.Validation.Comparison;

/// <summary>The shipped constants of matrix products against their tables; the bounds are the errors on groups that a fit did not read.</summary>
public sealed class GemmAccuracyTests
{
    [Theory]
    [InlineData("a100-sxm-80gb", "bf16", 0.079, 0.058)]
    [InlineData("h100-sxm", "bf16", 0.058, 0.04)]
    [InlineData("b200-sxm", "bf16", 0.067, 0.05)]
    [InlineData("h100-sxm", "fp8", 0.078, 0.054)]
    [InlineData("b200-sxm", "fp8", 0.105, 0.057)]
    [InlineData("b200-sxm", "nvfp4", 0.07, 0.05)]
    public void Products_are_within_the_errors_of_unread_groups(string gpu, string format, double mean, double median) => Within(mean, median, gpu, format, leaveOut: false);

    [Theory]
    [InlineData("b200-sxm", "bf16", 0.12, 0.1)]
    [InlineData("h100-sxm", "bf16", 0.12, 0.1)]
    [InlineData("b200-sxm", "fp8", 0.156, 0.111)]
    public void Products_of_a_device_without_its_own_constants_are_priced_by_its_relatives(string gpu, string format, double mean, double median) =>
        Within(mean, median, gpu, format, leaveOut: true);

    private static void Within(double mean, double median, string gpu, string format, bool leaveOut)
    {
        using FileStream content = File.OpenRead(GroundTruth.Path("kernels/gemm.csv"));
        MeasurementFile file = MeasurementSource.Read("gemm.csv", content);
        MeasuredRow[] rows = [.. file.Rows.Where(row => row.Skipped is null && row.Gpu == gpu && row.Format == format)];
        ImmutableArray<ComparedRow> compared = MeasurementComparison.Compare(rows, [new KernelPredictor(null) { LeaveOut = leaveOut }], 2, TestContext.Current.CancellationToken);
        double[] errors = [.. compared.Where(static row => row.Counts).Select(static row => row.AbsoluteError).Order()];
        Assert.True(errors.Length >= 100, $"only {errors.Length} rows");
        Assert.True(errors.Average() <= mean, $"mean error {errors.Average():P1} over {errors.Length} rows");
        Assert.True(errors[errors.Length / 2] <= median, $"median error {errors[errors.Length / 2]:P1} over {errors.Length} rows");
    }
}
