using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;
using LlmSim.Validation.Comparison;
using LlmSim.Validation.Measurements;
using Xunit;

namespace LlmSim.Tests.Validation;

/// <summary>Prices of routed experts against public kernel tables.</summary>
public sealed class ExpertTablesTests
{
    [Theory]
    [InlineData("h100-sxm", "bf16", 0.08, 0.06)]
    [InlineData("h100-sxm", "fp8-block", 0.06, 0.04)]
    [InlineData("h100-sxm", "fp8", 0.11, 0.08)]
    [InlineData("h100-sxm", "w4a16-mxfp4", 0.12, 0.07)]
    [InlineData("b200-sxm", "bf16", 0.085, 0.06)]
    [InlineData("b200-sxm", "fp8", 0.075, 0.055)]
    [InlineData("b200-sxm", "fp8-block", 0.075, 0.06)]
    [InlineData("b200-sxm", "nvfp4", 0.08, 0.055)]
    [InlineData("a100-sxm-80gb", "bf16", 0.12, 0.09)]
    public void Errors_stay_below_their_limits(string gpu, string format, double mean, double median)
    {
        MeasurementFile file = MeasurementSource.Read(GroundTruth.Path("kernels/moe.csv"));
        var predictor = new KernelPredictor(null);
        double[] errors =
        [
            .. file.Rows.Where(row => row.Gpu == gpu && row.Format == format && row.Skipped is null)
                .Select(row => Math.Abs((predictor.Predict(row).Value / row.Measured) - 1)).Order(),
        ];
        Assert.True(errors.Length > 150);
        Assert.InRange(errors.Average(), 0, mean);
        Assert.InRange(errors[errors.Length / 2], 0, median);
    }

    [Fact]
    public void A_row_says_its_kernel_its_routing_and_its_groups()
    {
        MeasurementFile file = MeasurementSource.Read(GroundTruth.Path("kernels/moe.csv"));
        ExpertsShape[] shapes = [.. file.Rows.Select(static row => row.Work).OfType<KernelWork>().Select(static work => (ExpertsShape)work.Shape)];
        Assert.All(shapes, static shape => Assert.NotNull(shape.Kernel));
        Assert.All(shapes, static shape => Assert.True(shape.WarmCache));
        Assert.Contains(shapes, static shape => shape is { Weights: NumberFormat.Fp8Block, Kernel: ExpertsKernel.Modular });
        Assert.All(shapes.Where(static shape => shape.Routing.Limited), static shape => Assert.Equal((8, 4), (shape.Routing.Groups, shape.Routing.KeptGroups)));
        Assert.Contains(shapes, static shape => shape.Routing.Limited);
        Assert.Contains(shapes, static shape => shape.Routing is { LowestFirst: true, Exponent: 1.2 });
    }
}
