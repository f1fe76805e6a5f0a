using ScottPlot;

namespace LlmSim.Cli.Charts;

/// <summary>What all charts look like: shipped fonts, since a machine may have none, and colours that the colour-blind can tell apart.</summary>
internal static class ChartStyle
{
    private const string Family = "LlmSim Sans";

    /// <summary>Colours of Okabe and Ito 2008, without their yellow, which is too light on white.</summary>
    private static readonly Color[] Palette =
        [.. new[] { "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000" }.Select(static hex => Color.FromHex(hex))];

    private static readonly Lazy<string> Shipped = new(static () =>
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "fonts");
        ScottPlot.Fonts.AddFontFile(Family, Path.Combine(folder, "Roboto-Regular.ttf"), bold: false, italic: false);
        ScottPlot.Fonts.AddFontFile(Family, Path.Combine(folder, "Roboto-Bold.ttf"), bold: true, italic: false);
        return Family;
    });

    /// <summary>The colour of a series.</summary>
    public static Color Colour(int index) => Palette[index % Palette.Length];

    /// <summary>An empty plot in the house's style.</summary>
    public static Plot NewPlot(string title)
    {
        var plot = new Plot();
        plot.Title(title);
        plot.Font.Set(Shipped.Value);
        plot.Axes.Title.Label.FontSize = 16;
        plot.Grid.MajorLineColor = Colors.Black.WithOpacity(0.08);
        return plot;
    }
}
