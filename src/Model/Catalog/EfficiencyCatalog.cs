using System.Collections.Immutable;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;

namespace LlmSim.Model.Catalog;

/// <summary>The efficiencies that come with the program, and the rule by which a device without one gets its nearest relative's.</summary>
public static class EfficiencyCatalog
{
    private const string Anybody = "h100-sxm";

    /// <summary>Which measured device stands for a generation: one of its own, else of the same maker's next one; Hopper for everybody else.</summary>
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

    /// <summary>The efficiencies by name.</summary>
    public static CatalogSection<Efficiency> Section { get; } = new("efficiencies", EfficiencyRecord.TryRead);

    /// <summary>The efficiency of a device: its own, or its nearest relative's, which then says so.</summary>
    public static Efficiency For(Accelerator accelerator)
    {
        if (Section.TryFind(accelerator.Name, out Efficiency? own))
        {
            return own;
        }

        bool hasRelative = Relatives.TryGetValue(accelerator.Generation, out string? relative);
        Efficiency carried = Section.Find(relative ?? Anybody);
        string rule = hasRelative ? $"nearest measured relative of generation {accelerator.Generation}" : $"generation {accelerator.Generation} has no measured relative";
        return carried with { CarriedFrom = $"{carried.Name} ({rule}): shares of the data sheet are kept, so expect errors of 15 % and more" };
    }
}
