using System.Collections.Immutable;
using System.CommandLine;
using LlmSim.Model.Catalog;
using LlmSim.Model.Cost;
using LlmSim.Planning.Scenarios;

namespace LlmSim.Cli.Commands;

/// <summary>An efficiency on the command line: one of the catalog by its name, or a file that a fit wrote.</summary>
internal static class EfficiencyOption
{
    private const string Name = "--efficiency";

    /// <summary>The option.</summary>
    /// <param name="description">What the command does with it.</param>
    public static Option<string?> Create(string description) => new(Name) { Description = description, HelpName = "NAME|FILE" };

    /// <summary>The efficiency; null where none was given, or where there are problems.</summary>
    public static Efficiency? Read(string? given, out ImmutableArray<string> problems)
    {
        problems = [];
        if (given is null)
        {
            return null;
        }

        if (EfficiencyCatalog.Section.TryFind(given, out Efficiency? known))
        {
            return known;
        }

        if (!File.Exists(given))
        {
            ImmutableArray<string> near = EfficiencyCatalog.Section.Suggest(given);
            string hint = near.IsEmpty ? string.Empty : $", nearest are {string.Join(", ", near)}";
            problems = [$"{Name} '{given}' is neither a file nor an efficiency of the catalog{hint}; 'llmsim catalog efficiencies' lists them"];
            return null;
        }

        return ReadFile(given, out problems);
    }

    private static Efficiency? ReadFile(string path, out ImmutableArray<string> problems)
    {
        ScenarioNode? node = ScenarioFile.LoadNode(path, out ImmutableArray<Problem> unreadable);
        problems = [.. unreadable.Select(static problem => problem.ToString())];
        if (node is null)
        {
            return null;
        }

        var content = new RecordContent("efficiency", node, NodeJson.ToElement(node));
        if (!EfficiencyRecord.TryRead(content.Json, out Efficiency? efficiency, out ImmutableArray<RecordProblem> wrong))
        {
            problems = [.. wrong.Select(problem => content.ProblemAt(problem.Path, problem.Message).ToString())];
        }

        return efficiency;
    }
}
