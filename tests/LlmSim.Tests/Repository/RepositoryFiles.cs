namespace LlmSim.Tests.Repository;

/// <summary>Finds the files of the repository from wherever the tests run.</summary>
internal static class RepositoryFiles
{
    /// <summary>The directory that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The source files below a directory of the repository, with their paths from its root.</summary>
    public static IEnumerable<(string Path, string[] Lines)> Sources(string directory) =>
        Directory.EnumerateFiles(Path.Combine(Root, directory), "*.cs", SearchOption.AllDirectories)
            .Select(static file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(static file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(static file => (file, File.ReadAllLines(Path.Combine(Root, file))));

    /// <summary>The path of a file of the repository.</summary>
    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string FindRoot()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "LlmSim.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new DirectoryNotFoundException("No LlmSim.sln above " + AppContext.BaseDirectory);
    }
}
