using System.Collections.Immutable;
using System.Text.Json;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;

namespace LlmSim.Model.Catalog;

/// <summary>The efficiencies that come with the program, and the rule by which a device without one gets its nearest relative's.</summary>
public static class EfficiencyCatalog
{
    private const string Folder = "catalog/efficiencies/";

    /// <summary>Which measured generation stands for another: the same maker's next older one, and Hopper for everybody else.</summary>
    private static readonly ImmutableSortedDictionary<string, string> Relatives = ImmutableSortedDictionary.CreateRange(StringComparer.OrdinalIgnoreCase,
    [
        new KeyValuePair<string, string>("Volta", "a100-sxm-80gb"),
        new("Turing", "a100-sxm-80gb"),
        new("Ampere", "a100-sxm-80gb"),
        new("Ada", "h100-sxm"),
        new("Hopper", "h100-sxm"),
        new("Blackwell", "b200-sxm"),
        new("Blackwell Ultra", "b200-sxm"),
    ]);

    private const string Anybody = "h100-sxm";

    /// <summary>Names of the efficiencies, in order.</summary>
    public static ImmutableArray<string> Names { get; } =
    [
        .. typeof(EfficiencyCatalog).Assembly.GetManifestResourceNames()
            .Where(static name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Select(static name => Path.GetFileNameWithoutExtension(name))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The efficiency of a name.</summary>
    public static bool TryFind(string name, out Efficiency? efficiency)
    {
        efficiency = null;
        if (!Names.Contains(name, StringComparer.Ordinal))
        {
            return false;
        }

        using Stream stream = typeof(EfficiencyCatalog).Assembly.GetManifestResourceStream(Folder + name + ".json")!;
        using JsonDocument document = JsonDocument.Parse(stream);
        ImmutableArray<RecordProblem> problems = EfficiencyRecord.Read(document.RootElement, out efficiency);
        return problems.IsEmpty ? true : throw new InvalidOperationException($"The catalog's efficiency '{name}' is broken: {problems[0]}");
    }

    /// <summary>Names near an unknown one.</summary>
    public static ImmutableArray<string> Suggest(string name) => NearestName.Suggest(name, Names, 3);

    /// <summary>The efficiency of a device: its own, or its nearest relative's, which then says so.</summary>
    public static Efficiency For(Accelerator accelerator)
    {
        if (TryFind(accelerator.Name, out Efficiency? own))
        {
            return own!;
        }

        string relative = Relatives.GetValueOrDefault(accelerator.Generation, Anybody);
        _ = TryFind(relative, out Efficiency? carried);
        string rule = Relatives.ContainsKey(accelerator.Generation)
            ? $"nearest measured relative of generation {accelerator.Generation}"
            : $"generation {accelerator.Generation} has no measured relative";
        return carried! with { CarriedFrom = $"{relative} ({rule}): shares of the data sheet are kept, so expect errors of 15 % and more" };
    }
}
