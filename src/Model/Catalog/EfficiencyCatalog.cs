using System.Collections.Immutable;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;

namespace LlmSim.Model.Catalog;

/// <summary>The efficiencies that come with the program. A device without one gets its relatives'.</summary>
public static class EfficiencyCatalog
{
    /// <summary>The efficiencies by name.</summary>
    public static CatalogSection<Efficiency> Section { get; } = new("efficiencies", EfficiencyRecord.TryRead);

    /// <summary>The efficiency of a device: its own, or carried over from measured relatives, which it then says.</summary>
    /// <param name="accelerator">The device.</param>
    /// <param name="leaveOut">Whether its own efficiency is left out, to test how well others' carry over to it.</param>
    public static Efficiency For(Accelerator accelerator, bool leaveOut = false)
    {
        if (!leaveOut && Section.TryFind(accelerator.Name, out Efficiency? own))
        {
            return own;
        }

        ImmutableArray<Efficiency> measured = [.. Section.Names.Select(Section.Find).Where(e => e.Device != accelerator.Name)];
        return CarryOver.To(accelerator, measured);
    }
}
