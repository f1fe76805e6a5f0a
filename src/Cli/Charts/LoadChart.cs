using System.Globalization;
using LlmSim.Model.Units;
using LlmSim.Planning.Load;
using LlmSim.Schedules.Serving;
using ScottPlot;

namespace LlmSim.Cli.Charts;

/// <summary>Latency over load, and throughput over load, one above the other's axis.</summary>
internal static class LoadChart
{
    private const int Width = 900;
    private const int Height = 560;
    private const string Knee = "knee";

    /// <summary>Writes the chart: latencies on a logarithmic axis on the left, throughput on the right, knee and saturation as lines.</summary>
    /// <remarks>All lines are solid, since the writer of SVG knows no others.</remarks>
    public static void Write(string path, string extension, string title, string unit, LoadCurve curve)
    {
        using Plot plot = ChartStyle.NewPlot(title);
        Latency(plot, curve, 0, "TTFT p50", static result => result.Ttft?.P50);
        Latency(plot, curve, 1, "TTFT p99", static result => result.Ttft?.P99);
        Latency(plot, curve, 2, "TPOT p99", static result => result.Tpot?.P99);
        Latency(plot, curve, 3, "end to end p50", static result => result.EndToEnd?.P50);
        var through = plot.Add.Scatter(
            curve.Points.Select(static point => point.Load).ToArray(),
            curve.Points.Select(static point => point.Result.RequestsPerSecond).ToArray(),
            ChartStyle.Colour(6));
        through.LegendText = "completed requests/s (right)";
        through.LineWidth = 3;
        through.Axes.YAxis = plot.Axes.Right;
        Mark(plot, curve.Knee, Knee);
        Mark(plot, curve.Overload is null ? null : curve.Saturation, "saturation");
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic
        {
            LabelFormatter = static exponent => new Seconds(Math.Pow(10, exponent)).ToString(),
            IntegerTicksOnly = true,
        };
        plot.XLabel("load, " + unit);
        plot.YLabel("latency");
        plot.Axes.Right.Label.Text = "completed requests/s";
        plot.ShowLegend(Alignment.UpperLeft);
        if (extension == ".svg")
        {
            plot.SaveSvg(path, Width, Height);
        }
        else
        {
            plot.SavePng(path, Width, Height);
        }
    }

    private static void Latency(Plot plot, LoadCurve curve, int index, string name, Func<ServeResult, Seconds?> select)
    {
        (double Load, double Time)[] known =
            [.. curve.Points.Select(point => (point.Load, Time: select(point.Result)?.Value ?? 0)).Where(static point => point.Time > 0)];
        var line = plot.Add.Scatter(
            known.Select(static point => point.Load).ToArray(), known.Select(static point => Math.Log10(point.Time)).ToArray(), ChartStyle.Colour(index));
        line.LegendText = name;
    }

    private static void Mark(Plot plot, LoadPoint? point, string name)
    {
        if (point is not null)
        {
            var line = plot.Add.VerticalLine(point.Load, 1, Colors.Black.WithOpacity(name == Knee ? 0.4 : 0.8));
            line.LegendText = $"{name}: {point.Load.ToString("0.###", CultureInfo.InvariantCulture)}";
        }
    }
}
