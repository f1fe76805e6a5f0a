using System.Collections.Immutable;
using System.Globalization;
using LlmSim.Validation.Comparison;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace LlmSim.Cli.Charts;

/// <summary>Charts of predictions against measurements.</summary>
internal static class AccuracyChart
{
    private const int Width = 760;
    private const int Height = 560;

    /// <summary>Each row as a point, predicted over measured, both logarithmic, one colour a series; on the line the prediction is right.</summary>
    /// <param name="path">PNG file to write.</param>
    /// <param name="title">Heading.</param>
    /// <param name="unit">Unit of both axes.</param>
    /// <param name="series">Rows by series.</param>
    public static void Scatter(string path, string title, string unit, ImmutableArray<(string Name, ImmutableArray<ComparedRow> Rows)> series)
    {
        using Plot plot = ChartStyle.NewPlot(title);
        double[] all = [.. series.SelectMany(static s => s.Rows).SelectMany(static row => new[] { row.Row.Measured, row.Prediction.Value }).Select(Math.Log10)];
        (double low, double high) = (all.Min() - 0.1, all.Max() + 0.1);
        int index = 0;
        foreach ((string name, ImmutableArray<ComparedRow> rows) in series)
        {
            var points = plot.Add.ScatterPoints(
                rows.Select(static row => Math.Log10(row.Row.Measured)).ToArray(), rows.Select(static row => Math.Log10(row.Prediction.Value)).ToArray(),
                ChartStyle.Colour(index++).WithOpacity(rows.Length > 500 ? 0.25 : 0.6));
            points.MarkerSize = rows.Length > 500 ? 3 : 6;
            plot.Legend.ManualItems.Add(new LegendItem
            {
                LabelText = $"{name} ({rows.Length.ToString("N0", CultureInfo.InvariantCulture)})",
                MarkerShape = MarkerShape.FilledCircle,
                MarkerSize = 8,
                MarkerFillColor = ChartStyle.Colour(index - 1),
            });
        }

        Line(0, LinePattern.Solid);
        Line(Math.Log10(1.2), LinePattern.Dotted);
        Line(-Math.Log10(1.2), LinePattern.Dotted);
        plot.Axes.SetLimits(low, high, low, high);
        plot.Axes.Bottom.TickGenerator = Decades();
        plot.Axes.Left.TickGenerator = Decades();
        plot.XLabel($"measured, {unit}");
        plot.YLabel($"predicted, {unit} (dotted: 20 % off)");
        plot.ShowLegend(Alignment.UpperLeft);
        plot.SavePng(path, Width, Height);

        void Line(double shift, LinePattern pattern)
        {
            var line = plot.Add.Line(low, low + shift, high, high + shift);
            line.LineColor = Colors.Black;
            line.LineWidth = 1;
            line.LinePattern = pattern;
        }
    }

    private static NumericAutomatic Decades() => new()
    {
        IntegerTicksOnly = true,
        LabelFormatter = static exponent => Math.Pow(10, exponent) is var value && value >= 1e4
            ? value.ToString("0e0", CultureInfo.InvariantCulture)
            : value < 1e-3 ? (value * 1e6).ToString("0.###", CultureInfo.InvariantCulture) + "e-6" : value.ToString("0.###", CultureInfo.InvariantCulture),
    };
}
