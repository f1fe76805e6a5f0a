using System.Collections.Immutable;
using LlmSim.Planning.Scenarios;

namespace LlmSim.Planning.Scenarios.Keys;

/// <summary>Owns what binding one file has found so far: its problems, and the files that it names.</summary>
internal sealed class Binding
{
    private readonly List<Problem> _problems = [];
    private readonly List<(string File, ScenarioNode Node, string Path)> _files = [];

    /// <summary>How many problems were met so far.</summary>
    public int Count => _problems.Count;

    /// <summary>The problems in the order of the file, overrides last.</summary>
    public ImmutableArray<Problem> Problems => InOrder(_problems);

    /// <summary>Notes a mistake at a node.</summary>
    public void Refuse(ScenarioNode node, string path, string message) => _problems.Add(node.Problem(path, message));

    /// <summary>Notes that a value names a file, so that the entry that may touch files can check it.</summary>
    public void Mention(string file, ScenarioNode node, string path) => _files.Add((file, node, path));

    /// <summary>Refuses each named file that does not exist.</summary>
    public void CheckFiles()
    {
        foreach ((string file, ScenarioNode node, string path) in _files)
        {
            if (ScenarioFile.Missing(file) is { } reason)
            {
                Refuse(node, path, $"'{path}' names the file '{file}': {reason}");
            }
        }
    }

    /// <summary>Problems sorted by place, overrides after the file.</summary>
    public static ImmutableArray<Problem> InOrder(IEnumerable<Problem> problems) =>
        [.. problems.OrderBy(static p => p.File == Overrides.FileName).ThenBy(static p => p.Line).ThenBy(static p => p.Column)];
}
