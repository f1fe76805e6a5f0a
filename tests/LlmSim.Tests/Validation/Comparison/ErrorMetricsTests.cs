using System.Collections.Immutable;
using LlmSim.Validation.Comparison;
using LlmSim.Validation.Measurements;
using Xunit;

namespace LlmSim.Tests.Validation.Comparison;

/// <summary>Error metrics against values worked out by hand.</summary>
public sealed class ErrorMetricsTests
{
    [Fact]
    public void Errors_of_five_rows_are_those_worked_out_by_hand()
    {
        // predicted/measured: 0.5 0.9 1.0 1.2 2.0; absolute errors sorted: 0 0.1 0.2 0.5 1.0.
        // Mean 1.8/5 = 0.36; median 0.2; 90 %: place 0.9·4 = 3.6, 0.5 + 0.6·0.5 = 0.8; bias = median ratio − 1 = 0.
        // Bands of ±15 %: 1/0.5, 1/0.9 = 1.11, 1, 0.83 and 0.5 against 0.85..1.15: two inside.
        ErrorMetrics metrics = ErrorMetrics.Of([.. new[] { 2.0, 0.9, 0.5, 1.0, 1.2 }.Select(static ratio => Row(1e-5, ratio * 1e-5, 0.85, 1.15))])!;
        Assert.Equal(0.36, metrics.Mape, 12);
        Assert.Equal(0.2, metrics.MedianApe, 12);
        Assert.Equal(0.8, metrics.P90Ape, 12);
        Assert.Equal(0, metrics.Bias, 12);
        Assert.Equal(0.4, metrics.BandCoverage, 12);
    }

    [Fact]
    public void An_even_number_of_rows_has_its_median_between_the_middle_two()
    {
        ErrorMetrics metrics = ErrorMetrics.Of([Row(2, 2.2, 0.5, 2), Row(2, 2.8, 0.5, 2)])!;
        Assert.Equal(0.25, metrics.MedianApe, 12);
        Assert.Equal(0.25, metrics.Bias, 12);
        Assert.Equal(1, metrics.BandCoverage);
    }

    [Fact]
    public void No_rows_have_no_errors() => Assert.Null(ErrorMetrics.Of([]));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 4)]
    [InlineData(0.5, 2.5)]
    [InlineData(0.25, 1.75)]
    public void Quantiles_are_linear_between_order_statistics(double share, double expected) =>
        Assert.Equal(expected, ErrorMetrics.Quantile([1, 2, 3, 4], share), 12);

    [Fact]
    public void A_report_keeps_skipped_and_faulty_rows_apart()
    {
        ImmutableArray<ComparedRow> rows =
        [
            Row(1, 1.1, 0.5, 2, "b"),
            Row(1, 1.3, 0.5, 2, "b"),
            Row(1, 9, 0.5, 2, "b", faulty: "eager"),
            Skip("unknown gpu", "b"),
            Skip("unknown table", "a"),
            Skip("unknown table", "a"),
        ];
        AccuracyReport report = AccuracyReport.Of(rows, GroupKey.Default, 1);
        Assert.Equal(["a", "b"], report.Groups.Select(static group => group.Values["table"]));
        Assert.Null(report.Groups[0].Errors);
        Assert.Equal((2, 2, 0), (report.Groups[0].Rows, report.Groups[0].Skipped, report.Groups[0].Faulty));
        Assert.Equal((4, 1, 1), (report.Groups[1].Rows, report.Groups[1].Skipped, report.Groups[1].Faulty));
        Assert.Equal(0.2, report.Groups[1].Errors!.Mape, 12);
        Assert.Equal([KeyValuePair.Create("unknown gpu", 1), KeyValuePair.Create("unknown table", 2)], report.SkippedReasons);
        Assert.Equal([KeyValuePair.Create("eager", 1)], report.FaultyReasons);
        Assert.Equal(6, report.Total.Rows);
        Assert.Equal(1.3, Assert.Single(report.Worst).Prediction.Value);
    }

    private static ComparedRow Row(double measured, double predicted, double low, double high, string table = "t", string? faulty = null) => new(
        new MeasuredRow { Table = table, Line = 2, Id = "2", Metric = "seconds", Measured = measured, Faulty = faulty },
        new Prediction(predicted, predicted * low, predicted * high));

    private static ComparedRow Skip(string reason, string table) => new(
        new MeasuredRow { Table = table, Line = 3, Id = "3", Metric = "seconds", Measured = double.NaN, Skipped = reason }, Prediction.Refuse(reason));
}
