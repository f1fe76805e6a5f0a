using System.Collections.Immutable;
using LlmSim.Model.Calibration;
using LlmSim.Model.Catalog;
using LlmSim.Model.Cost;

namespace LlmSim.Validation.Fitting;

/// <summary>One row of constants of an efficiency, as a fit reads and replaces it.</summary>
internal sealed record ConstantsSlot<T>(
    string Family, string Key, Func<Efficiency, string, Calibrated<T>?> Get, Func<Efficiency, string, Calibrated<T>, Efficiency> With)
    where T : IConstants<T>
{
    /// <summary>Family and key, such as <c>gemm.bf16</c>.</summary>
    public string Path => Key.Length > 0 ? $"{Family}.{Key}" : Family;

    /// <summary>A row of a table by format or kernel.</summary>
    public static ConstantsSlot<T> OfTable(string family, string key, Func<Efficiency, KernelTable<T>> get, Func<Efficiency, KernelTable<T>, Efficiency> with) => new(
        family, key, (e, name) => get(e).Rows.GetValueOrDefault(name), (e, name, row) => with(e, new(get(e).Rows.SetItem(name, row))));

    /// <summary>A row that every efficiency has once.</summary>
    public static ConstantsSlot<T> OfPart(string family, string key, Func<Efficiency, Calibrated<T>> get, Func<Efficiency, Calibrated<T>, Efficiency> with) =>
        new(family, key, (e, _) => get(e), (e, _, row) => with(e, row));

    /// <summary>Where a fit starts: the device's own row, else the same row of another device of the catalog, else what physics suggests.</summary>
    /// <remarks>A row of the same format has the terms that run in it; terms that are zero there stay out of the fit.</remarks>
    public T Start(Efficiency efficiency)
    {
        if (Get(efficiency, Key) is { } own)
        {
            return own.Constants;
        }

        IEnumerable<Calibrated<T>?> others = EfficiencyCatalog.Section.Names.Select(name => Get(EfficiencyCatalog.Section.Find(name), Key));
        return others.FirstOrDefault(static row => row is not null) is { } relative ? relative.Constants : T.Typical;
    }
}
