using System.Collections.Immutable;
using LlmSim.Validation.Measurements;

namespace LlmSim.Validation.Published;

/// <summary>Tables typed from papers and vendors' documents, with the citation in their first lines. A fit never reads them.</summary>
public static class PublishedTables
{
    private const string Folder = "published/";

    /// <summary>Names of the tables in ordinal order.</summary>
    public static ImmutableArray<string> Names { get; } =
    [
        .. typeof(PublishedTables).Assembly.GetManifestResourceNames()
            .Where(static name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Select(static name => name[Folder.Length..])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Every table.</summary>
    public static ImmutableArray<MeasurementFile> Read() => [.. Names.Select(Read)];

    /// <summary>One table by its name, such as <c>flashattention-3.csv</c>.</summary>
    public static MeasurementFile Read(string name)
    {
        using Stream stream = Open(name);
        return MeasurementSource.Read(name, stream);
    }

    /// <summary>The content of a table, citation included.</summary>
    public static Stream Open(string name) =>
        typeof(PublishedTables).Assembly.GetManifestResourceStream(Folder + name) ?? throw new ArgumentOutOfRangeException(nameof(name), name, "No such table.");
}
