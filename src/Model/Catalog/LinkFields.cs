using LlmSim.Model.Hardware;
using LlmSim.Model.Units;

namespace LlmSim.Model.Catalog;

/// <summary>Reads links: by the name of a network of the catalog, or written out.</summary>
/// <remarks>Written out, a link has <c>name</c>, <c>bandwidth</c> (per device and direction), <c>latency</c> and <c>in_switch_reduction</c>.</remarks>
public static class LinkFields
{
    /// <summary>The link under a key, or null where the key is absent or was reported.</summary>
    public static Link? OptionalLink(this RecordReader reader, string key)
    {
        if (!reader.HoldsText(key))
        {
            return reader.Object(key) is { } inline ? Inline(inline) : null;
        }

        string name = reader.Text(key);
        if (!HardwareCatalog.Networks.TryFind(name, out Network? network))
        {
            reader.Report(key, $"unknown network '{name}'{FieldText.Legal(name, HardwareCatalog.Networks.Names)}");
            return null;
        }

        foreach ((string figure, Figure source) in network.Sources)
        {
            reader.Cite($"{key}.{figure}", source);
        }

        return network.Link;
    }

    /// <summary>The link that the fields of one object describe.</summary>
    internal static Link Inline(RecordReader reader, string nameKey = "name") => new(
        reader.Text(nameKey),
        reader.Quantity<Bandwidth>("bandwidth", QuantityText.TryParse),
        reader.OptionalQuantity<Seconds>("latency", QuantityText.TryParse, zeroIsLegal: true) ?? Seconds.Zero,
        reader.OptionalFlag("in_switch_reduction") ?? false);
}
