namespace LlmSim.Cli.Output.Pages;

/// <summary>A catalog record for people.</summary>
internal static class CatalogPage
{
    /// <summary>Writes every figure with its source.</summary>
    public static Page Detail(this Page page, CatalogDetail detail)
    {
        List<string> sources = [.. detail.Figures.Select(static figure => figure.Origin?.Source).OfType<string>().Distinct(StringComparer.Ordinal)];
        page.Title(detail.Name, detail.Title == detail.Name ? string.Empty : detail.Title)
            .Table(
                ["figure", "value", "source", "checked"],
                detail.Figures.Select(figure => (IReadOnlyList<string>)[figure.Key, figure.Text, Reference(sources, figure), Checked(figure)]));
        return page.Heading("Sources")
            .Facts(sources.Select(static (source, i) => (Words.Invariant($"[{i + 1}]"), string.Empty, source)))
            .Notes("Notes", detail.Notes);
    }

    private static string Reference(List<string> sources, CatalogFigure figure) =>
        figure.Origin is { } origin ? Words.Invariant($"[{sources.IndexOf(origin.Source) + 1}]") : string.Empty;

    private static string Checked(CatalogFigure figure) => figure.Origin switch
    {
        null => string.Empty,
        { Verified: true } => "yes",
        _ => "no",
    };
}
