namespace LlmSim.Cli.Output.Json;

/// <summary>A catalog record for programs.</summary>
internal static class CatalogJson
{
    /// <summary>Writes every figure with its source; values in SI units.</summary>
    public static JsonAnswer Figures(this JsonAnswer json, CatalogDetail detail) => json
        .Text("name", detail.Name)
        .Text("title", detail.Title)
        .List("figures", detail.Figures, static (o, figure) =>
        {
            o.Text("key", figure.Key).Number("value", figure.Value).Text("text", figure.Text).Text("source", figure.Origin?.Source);
            _ = figure.Origin is { } origin ? o.Flag("verified", origin.Verified) : o.Null("verified");
        })
        .Texts("notes", detail.Notes);
}
