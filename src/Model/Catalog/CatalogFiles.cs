using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;

namespace LlmSim.Model.Catalog;

/// <summary>The JSON files embedded under <c>catalog/</c>, by their path below it.</summary>
internal static class CatalogFiles
{
    private const string Root = "catalog/";

    private static readonly Assembly Home = typeof(CatalogFiles).Assembly;

    /// <summary>Resource by path; resource names carry the directory separator of the machine that built them.</summary>
    private static readonly ImmutableSortedDictionary<string, string> Resources = Home.GetManifestResourceNames()
        .Select(static resource => (Resource: resource, Path: resource.Replace('\\', '/')))
        .Where(static file => file.Path.StartsWith(Root, StringComparison.Ordinal))
        .ToImmutableSortedDictionary(static file => file.Path[Root.Length..], static file => file.Resource, StringComparer.Ordinal);

    /// <summary>The files of one folder, in ordinal order.</summary>
    public static IEnumerable<string> In(string folder) => Resources.Keys.Where(path => path.StartsWith(folder + "/", StringComparison.Ordinal));

    /// <summary>The content of a file.</summary>
    public static JsonDocument Parse(string path)
    {
        using Stream stream = Resources.TryGetValue(path, out string? resource) && Home.GetManifestResourceStream(resource) is { } found
            ? found
            : throw new InvalidDataException($"{path} is not embedded");
        return JsonDocument.Parse(stream);
    }

    /// <summary>A file of one object whose values are texts; none where there is no such file.</summary>
    public static ImmutableSortedDictionary<string, string> ReadPairs(string path)
    {
        if (!Resources.ContainsKey(path))
        {
            return ImmutableSortedDictionary<string, string>.Empty;
        }

        using JsonDocument document = Parse(path);
        return document.RootElement.EnumerateObject()
            .ToImmutableSortedDictionary(static pair => pair.Name, static pair => pair.Value.GetString() ?? string.Empty, StringComparer.Ordinal);
    }
}
