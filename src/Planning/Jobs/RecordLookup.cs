using System.Collections.Immutable;
using System.Text.Json;
using LlmSim.Model.Architecture;
using LlmSim.Model.Catalog;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;
using LlmSim.Planning.Scenarios;

namespace LlmSim.Planning.Jobs;

/// <summary>Turns what a scenario says in place of a record into the record: from the catalog, a file, or the scenario itself.</summary>
internal static class RecordLookup
{
    private delegate bool Parser<T>(JsonElement json, out T? record, out ImmutableArray<RecordProblem> problems);

    /// <summary>The model; null where there are problems.</summary>
    internal static TransformerArchitecture? Model(RecordReference reference, ProblemList problems) =>
        Find<TransformerArchitecture>(
            reference, problems, ModelCatalog.TryFind, ModelCatalog.Suggest, "models", static (JsonElement json, out TransformerArchitecture? record, out ImmutableArray<RecordProblem> found) =>
                ArchitectureRecord.TryRead(json, out record, out found));

    /// <summary>The accelerator; null where there are problems.</summary>
    internal static Accelerator? Accelerator(RecordReference reference, ProblemList problems) =>
        Find<Accelerator>(
            reference, problems, HardwareCatalog.Accelerators.TryFind, HardwareCatalog.Accelerators.Suggest, "accelerators", static (JsonElement json, out Accelerator? record, out ImmutableArray<RecordProblem> found) =>
                AcceleratorRecord.TryRead(json, out record, out found));

    /// <summary>The node; null where there are problems.</summary>
    internal static Node? Node(RecordReference reference, ProblemList problems) =>
        Find<Node>(
            reference, problems, HardwareCatalog.Nodes.TryFind, HardwareCatalog.Nodes.Suggest, "nodes", static (JsonElement json, out Node? record, out ImmutableArray<RecordProblem> found) =>
                NodeRecord.TryRead(json, out record, out found));

    /// <summary>The efficiency; null where there are problems.</summary>
    internal static Efficiency? Efficiency(RecordReference reference, ProblemList problems) =>
        Find<Efficiency>(
            reference, problems, EfficiencyCatalog.TryFind, EfficiencyCatalog.Suggest, "efficiencies", static (JsonElement json, out Efficiency? record, out ImmutableArray<RecordProblem> found) =>
            {
                found = EfficiencyRecord.Read(json, out record);
                return found.IsEmpty;
            });

    private delegate bool NameLookup<T>(string name, out T? record);

    private static T? Find<T>(RecordReference reference, ProblemList problems, NameLookup<T> byName, Func<string, ImmutableArray<string>> suggest, string section, Parser<T> parse)
        where T : class
    {
        if (reference is NamedRecord named)
        {
            if (byName(named.Name, out T? known))
            {
                return known;
            }

            ImmutableArray<string> near = suggest(named.Name);
            string hint = near.IsEmpty ? string.Empty : $", nearest are {string.Join(", ", near)}";
            problems.Add(named.Problem($"'{named.Key}' is '{named.Name}', which the catalog does not have{hint}; 'llmsim catalog {section}' lists all"));
            return null;
        }

        RecordContent? content = reference.Read(out ImmutableArray<Problem> unreadable);
        problems.AddRange(unreadable);
        if (content is null)
        {
            return null;
        }

        if (parse(content.Json, out T? record, out ImmutableArray<RecordProblem> found))
        {
            return record;
        }

        problems.AddRange(content, found);
        return null;
    }
}
