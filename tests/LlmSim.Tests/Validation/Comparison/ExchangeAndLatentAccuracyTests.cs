using System.Collections.Immutable;
using LlmSim.Model.Collectives;
using LlmSim.Model.Operators;
using LlmSim.Validation.Comparison;
using LlmSim.Validation.Measurements;
using Xunit;

namespace LlmSim.Tests.Validation.Comparison;

/// <summary>The shipped constants against the tables on which they were fitted; the bounds are those on groups that a fit did not read.</summary>
public sealed class ExchangeAndLatentAccuracyTests
{
    [Theory]
    [InlineData("a100-sxm-80gb", false)]
    [InlineData("h100-sxm", false)]
    [InlineData("b200-sxm", false)]
    [InlineData("a100-sxm-80gb", true)]
    [InlineData("h100-sxm", true)]
    public void Exchanges_inside_a_node_are_within_six_percent(string gpu, bool direct) => Within(
        0.06, 0.05, Compare("kernels/collectives.csv", gpu), work => (work.Backend == CollectiveBackend.Direct) == direct);

    [Theory]
    [InlineData("h100-sxm", true, 0.07, 0.045)]
    [InlineData("h100-sxm", false, 0.05, 0.035)]
    [InlineData("b200-sxm", true, 0.11, 0.06)]
    [InlineData("b200-sxm", false, 0.06, 0.06)]
    public void Latent_attention_is_within_the_bounds(string gpu, bool absorbed, double mean, double median) => Within(
        mean, median, Compare("kernels/mla.csv", gpu), work => work.Shape is LatentAttentionShape shape && shape.IsAbsorbed == absorbed);

    [Fact]
    public void Calls_launched_by_the_host_are_within_twelve_percent()
    {
        ImmutableArray<ComparedRow> rows = [.. Compare("kernels/collectives.csv", null).Where(static row => row.Row.Work is KernelWork { Eager: true })];
        Assert.True(rows.Length >= 200);
        Assert.InRange(rows.Average(static row => row.AbsoluteError), 0, 0.12);
    }

    private static ImmutableArray<ComparedRow> Compare(string table, string? gpu)
    {
        using FileStream content = File.OpenRead(GroundTruth.Path(table));
        MeasurementFile file = MeasurementSource.Read(Path.GetFileName(table), content);
        MeasuredRow[] rows = [.. file.Rows.Where(row => row.Skipped is null && (gpu is null || row.Gpu == gpu))];
        return MeasurementComparison.Compare(rows, [new KernelPredictor(null)], 2, TestContext.Current.CancellationToken);
    }

    private static void Within(double mean, double median, ImmutableArray<ComparedRow> compared, Func<KernelWork, bool> belongs)
    {
        double[] errors = [.. compared.Where(row => row.Counts && belongs((KernelWork)row.Row.Work!)).Select(static row => row.AbsoluteError).Order()];
        Assert.True(errors.Length >= 100, $"only {errors.Length} rows");
        Assert.True(errors.Average() <= mean, $"mean error {errors.Average():P1} over {errors.Length} rows");
        Assert.True(errors[errors.Length / 2] <= median, $"median error {errors[errors.Length / 2]:P1} over {errors.Length} rows");
    }
}
