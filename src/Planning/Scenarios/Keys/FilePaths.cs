namespace LlmSim.Planning.Scenarios.Keys;

/// <summary>Tells paths of files from names, and finds files from where they are named.</summary>
internal static class FilePaths
{
    private static readonly string[] RecordExtensions = [".json", ".yaml", ".yml"];

    /// <summary>Whether a reference is a path: it starts with a dot, or has a slash and the extension of a record.</summary>
    /// <remarks><c>meta-llama/Llama-3.1-8B</c> is a name.</remarks>
    public static bool IsPath(string text) => text.StartsWith('.') || (text.AsSpan().IndexOfAny('/', '\\') >= 0 && HasRecordExtension(text));

    /// <summary>Whether a text ends as the file of a record does.</summary>
    public static bool HasRecordExtension(string text) =>
        RecordExtensions.Any(extension => text.EndsWith(extension, StringComparison.OrdinalIgnoreCase));

    /// <summary>The path from the current directory: relative to the file that names it, or as it is where an override names it.</summary>
    public static string Resolve(ScalarNode scalar)
    {
        string directory = scalar.File == Overrides.FileName ? string.Empty : Path.GetDirectoryName(scalar.File) ?? string.Empty;
        return Path.Combine(directory, scalar.Value.Replace('\\', '/'));
    }
}
