using System.Collections.Immutable;
using System.Globalization;
using LlmSim.Schedules.Pipelines;
using ScottPlot;

namespace LlmSim.Cli.Charts;

/// <summary>The passes of a pipeline as bars; an overlapped pair has its forward above its backward.</summary>
internal sealed class PassBars(PipelineSchedule schedule, ImmutableArray<PassSpan> spans, double scale) : IPlottable
{
    private const double HalfHeight = 0.42;
    private const float NarrowestText = 14;
    private const float LowestText = 11;
    private const float WidestTone = 0.45f;

    private readonly LabelStyle _label = new() { FontSize = 10, ForeColor = Colors.White, Alignment = Alignment.MiddleCenter };

    /// <inheritdoc/>
    public bool IsVisible { get; set; } = true;

    /// <inheritdoc/>
    public IAxes Axes { get; set; } = new Axes();

    /// <inheritdoc/>
    public IEnumerable<LegendItem> LegendItems => [];

    /// <summary>The colour of a kind of pass; later chunks are lighter.</summary>
    public static Color Colour(PassKind kind, float tone) => (kind switch
    {
        PassKind.Forward => ChartStyle.Colour(0),
        PassKind.Backward => ChartStyle.Colour(1),
        PassKind.BackwardInput => ChartStyle.Colour(5),
        _ => ChartStyle.Colour(2),
    }).Lighten(tone);

    /// <inheritdoc/>
    public AxisLimits GetAxisLimits() => AxisLimits.NoLimits;

    /// <inheritdoc/>
    public void Render(RenderPack rp)
    {
        _label.FontName = rp.Plot.Axes.Title.Label.FontName;
        Paint paint = rp.Paint;
        foreach (PassSpan span in spans)
        {
            Pass pass = span.Pass;
            bool isPair = pass.Kind == PassKind.Overlapped;
            Bar(rp, paint, span, isPair ? new(PassKind.Forward, pass.MicroBatch, pass.Chunk) : pass, -HalfHeight, isPair ? 0 : HalfHeight);
            if (isPair)
            {
                Bar(rp, paint, span, pass.BackwardPart, 0, HalfHeight);
            }
        }
    }

    private void Bar(RenderPack rp, Paint paint, in PassSpan span, Pass pass, double top, double bottom)
    {
        Pixel left = Axes.GetPixel(new(span.Start.SinceStart.Value * scale, span.Stage + top));
        Pixel right = Axes.GetPixel(new(span.End.SinceStart.Value * scale, span.Stage + bottom));
        var bar = new PixelRect(left.X, right.X, Math.Max(left.Y, right.Y), Math.Min(left.Y, right.Y));
        float tone = schedule.Chunks == 1 ? 0 : WidestTone * pass.Chunk / (schedule.Chunks - 1);
        Drawing.FillRectangle(rp.Canvas, bar, paint, new FillStyle { Color = Colour(pass.Kind, tone), AntiAlias = true });
        if (bar.Width > 3)
        {
            Drawing.DrawRectangle(rp.Canvas, bar, paint, new LineStyle(0.5f, Colors.White));
        }

        if (bar.Width >= NarrowestText && bar.Height >= LowestText)
        {
            _label.Text = pass.MicroBatch.ToString(CultureInfo.InvariantCulture);
            _label.ForeColor = tone > 0.3f || pass.Kind == PassKind.BackwardInput ? Colors.Black : Colors.White;
            _label.Render(rp.Canvas, bar.Center, paint);
        }
    }
}
