using Xunit;

namespace LlmSim.Tests;

/// <summary>Where measured tables lie that this repository does not carry; tests that need them are skipped where they are absent.</summary>
internal static class GroundTruth
{
    /// <summary>The path of a table below the folder of LLMSIM_GROUND_TRUTH, or of ../shared/ground-truth beside the repository.</summary>
    public static string Path(string relative)
    {
        string folder = Environment.GetEnvironmentVariable("LLMSIM_GROUND_TRUTH") is { Length: > 0 } stated
            ? stated
            : System.IO.Path.Combine(RepositoryRoot(), "..", "shared", "ground-truth");
        string path = System.IO.Path.Combine(folder, relative);
        Assert.SkipUnless(File.Exists(path), $"measured table {relative} is not here: set LLMSIM_GROUND_TRUTH to its folder");
        return path;
    }

    private static string RepositoryRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "LlmSim.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? AppContext.BaseDirectory;
    }
}
