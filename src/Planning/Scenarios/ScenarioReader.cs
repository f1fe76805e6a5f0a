using System.Collections.Immutable;
using LlmSim.Planning.Scenarios.Keys;

namespace LlmSim.Planning.Scenarios;

/// <summary>From a scenario file and its overrides to a scenario, or to all problems at once.</summary>
public static class ScenarioReader
{
    /// <summary>Reads a file; null where there are problems. Files that the scenario names must exist.</summary>
    public static Scenario? Read(string path, ImmutableArray<string> overrides, out ImmutableArray<Problem> problems)
    {
        string? text = ScenarioFile.Load(path, out problems);
        return text is null ? null : Read(text, path, overrides, checkFiles: true, out problems);
    }

    /// <summary>Reads a text as if it stood in a file of this name; null where there are problems. No file is touched.</summary>
    public static Scenario? ReadText(string text, string fileName, ImmutableArray<string> overrides, out ImmutableArray<Problem> problems) =>
        Read(text, fileName, overrides, checkFiles: false, out problems);

    /// <summary>Binds nodes, such as those of a sweep; null where there are problems. No file is touched.</summary>
    public static Scenario? Bind(ScenarioNode root, out ImmutableArray<Problem> problems) => Bind(root, [], checkFiles: false, out problems);

    private static Scenario? Read(
        string text, string fileName, ImmutableArray<string> overrides, bool checkFiles, out ImmutableArray<Problem> problems)
    {
        if (ScenarioText.Parse(text, fileName, out problems) is not { } root)
        {
            _ = Overrides.Apply(new MappingNode([], fileName, 1, 1), overrides, out ImmutableArray<Problem> more);
            problems = problems.AddRange(more);
            return null;
        }

        ScenarioNode changed = Overrides.Apply(root, overrides, out ImmutableArray<Problem> refused);
        return Bind(changed, refused, checkFiles, out problems);
    }

    private static Scenario? Bind(ScenarioNode root, ImmutableArray<Problem> earlier, bool checkFiles, out ImmutableArray<Problem> problems)
    {
        var binding = new Binding();
        Scenario? scenario = null;
        if (root is MappingNode mapping && RootKeys.For(mapping) is { } shape)
        {
            _ = shape.TryRead(root, string.Empty, binding, out scenario);
        }
        else
        {
            _ = RootKeys.Undecided.Read(root, string.Empty, binding);
        }

        if (checkFiles)
        {
            binding.CheckFiles();
        }

        problems = Binding.InOrder(binding.Problems.AddRange(earlier));
        return problems.IsEmpty ? scenario : null;
    }
}
