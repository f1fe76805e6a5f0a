namespace LlmSim.Cli.Output.Pages;

/// <summary>A catalog record for people.</summary>
internal static class CatalogPage
{
    /// <summary>Writes every figure with its source.</summary>
    public static Page Detail(this Page page, CatalogDetail detail) => page
        .Title(detail.Name, detail.Title == detail.Name ? string.Empty : detail.Title)
        .Table(["figure", "value", "checked", "source"], detail.Figures.Select(static figure => (IReadOnlyList<string>)
            [figure.Key, figure.Text, figure.Origin is null ? string.Empty : figure.Origin.Verified ? "yes" : "no", figure.Origin?.Source ?? string.Empty]))
        .Notes("Notes", detail.Notes);
}
