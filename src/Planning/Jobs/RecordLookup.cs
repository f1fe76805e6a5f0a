using System.Collections.Immutable;
using LlmSim.Model.Architecture;
using LlmSim.Model.Catalog;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;
using LlmSim.Planning.Scenarios;

namespace LlmSim.Planning.Jobs;

/// <summary>Turns what a scenario says in place of a record into the record: from the catalog, a file, or the scenario itself.</summary>
internal static class RecordLookup
{
    /// <summary>The model; null where there are problems.</summary>
    internal static TransformerArchitecture? Model(RecordReference reference, ProblemList problems) =>
        Find(reference, problems, "models", ModelCatalog.Section, ArchitectureRecord.TryRead);

    /// <summary>The accelerator; null where there are problems.</summary>
    internal static Accelerator? Accelerator(RecordReference reference, ProblemList problems) =>
        Find(reference, problems, "accelerators", HardwareCatalog.Accelerators, AcceleratorRecord.TryRead);

    /// <summary>The node; null where there are problems.</summary>
    internal static Node? Node(RecordReference reference, ProblemList problems) => Find(reference, problems, "nodes", HardwareCatalog.Nodes, NodeRecord.TryRead);

    /// <summary>The efficiency; null where there are problems.</summary>
    internal static Efficiency? Efficiency(RecordReference reference, ProblemList problems) =>
        Find(reference, problems, "efficiencies", EfficiencyCatalog.Section, EfficiencyRecord.TryRead);

    /// <summary>The kind of drive; null where there are problems.</summary>
    internal static MemoryKind? Storage(RecordReference reference, ProblemList problems)
    {
        CatalogSection<MemoryKind> section = HardwareCatalog.Storages;
        if (reference is NamedRecord named && !section.TryFind(named.Name, out _))
        {
            problems.Add(named.Unknown(section.Names));
            return null;
        }

        return Find(reference, problems, "storages", section, MemoryKindRecord.TryRead);
    }

    private static T? Find<T>(RecordReference reference, ProblemList problems, string title, CatalogSection<T> section, RecordParser<T> parse)
        where T : class
    {
        if (reference is NamedRecord named)
        {
            if (section.TryFind(named.Name, out T? known))
            {
                return known;
            }

            ImmutableArray<string> near = section.Suggest(named.Name);
            string hint = near.IsEmpty ? string.Empty : $", nearest are {string.Join(", ", near)}";
            problems.Add(named.Problem($"'{named.Key}' is '{named.Name}', which the catalog does not have{hint}; 'llmsim catalog {title}' lists all"));
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
