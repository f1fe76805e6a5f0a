using System.Text.RegularExpressions;
using Xunit;

namespace LlmSim.Tests.Repository;

/// <summary>The one direction of the house: a project sees only those below it, and a folder only those before it.</summary>
public sealed partial class LayeringTests
{
    private static readonly Dictionary<string, string[]> VisibleProjects = new(StringComparer.Ordinal)
    {
        ["Model"] = [],
        ["Schedules"] = ["Model"],
        ["Planning"] = ["Model", "Schedules"],
        ["Validation"] = ["Model", "Schedules"],
        ["Cli"] = ["Model", "Schedules", "Planning", "Validation"],
    };

    private static readonly Dictionary<string, string[]> FolderOrder = new(StringComparer.Ordinal)
    {
        ["Model"] = ["Units", "Draws", "Calibration", "Hardware", "Architecture", "Parallelism", "Collectives", "Operators", "Memory", "Cost", "Catalog"],
        ["Schedules"] = ["Engine", "Pipelines", "Traffic", "Serving", "Training", "Fleet"],
    };

    public static TheoryData<string> Projects => [.. VisibleProjects.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_uses_only_projects_below_it(string project)
    {
        IEnumerable<string> wrong = Uses(project)
            .Where(use => use.UsedProject != project && !VisibleProjects[project].Contains(use.UsedProject))
            .Select(static use => $"{use.File}: uses LlmSim.{use.UsedProject}");
        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("Model")]
    [InlineData("Schedules")]
    public void A_folder_uses_only_folders_before_it(string project)
    {
        string[] order = FolderOrder[project];
        IEnumerable<string> wrong = Uses(project)
            .Where(use => use.UsedProject == project && Array.IndexOf(order, use.UsedFolder) > Array.IndexOf(order, use.Folder))
            .Select(static use => $"{use.File}: {use.Folder} uses {use.UsedFolder}");
        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("Model")]
    [InlineData("Schedules")]
    public void Every_folder_has_its_place_in_the_order(string project)
    {
        IEnumerable<string> folders = RepositoryFiles.Sources("src/" + project).Select(static source => source.Path.Split('/')[2]).Distinct();
        Assert.Empty(folders.Except(FolderOrder[project]));
    }

    [Fact]
    public void A_namespace_says_where_its_file_lies()
    {
        IEnumerable<string> wrong = RepositoryFiles.Sources("src")
            .Where(static source => source.Lines.Any(static line => line.StartsWith("namespace ", StringComparison.Ordinal)))
            .Where(static source => !source.Lines.Contains($"namespace LlmSim.{string.Join('.', source.Path.Split('/')[1..^1])};"))
            .Select(static source => source.Path);
        Assert.Empty(wrong);
    }

    private static IEnumerable<(string File, string Folder, string UsedProject, string UsedFolder)> Uses(string project) =>
        from source in RepositoryFiles.Sources("src/" + project)
        from line in source.Lines
        where !line.StartsWith("namespace ", StringComparison.Ordinal) && !line.TrimStart().StartsWith("//", StringComparison.Ordinal)
        from use in Name().Matches(line)
        select (source.Path, source.Path.Split('/')[2], use.Groups[1].Value, use.Groups[2].Value);

    /// <summary>A namespace of the house: in a using directive, or in front of a name.</summary>
    [GeneratedRegex(@"\bLlmSim\.(Model|Schedules|Planning|Validation|Cli)(?:\.(\w+))?")]
    private static partial Regex Name();
}
