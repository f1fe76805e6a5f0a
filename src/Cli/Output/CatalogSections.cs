using System.Collections.Immutable;
using LlmSim.Model.Architecture;
using LlmSim.Model.Catalog;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;
using LlmSim.Model.Memory;
using LlmSim.Model.Units;

namespace LlmSim.Cli.Output;

/// <summary>A section of the catalog as it is shown.</summary>
/// <param name="Name">Name of the section.</param>
/// <param name="Singular">Name of one of its records.</param>
/// <param name="Meaning">What its records are.</param>
/// <param name="Keys">Keys of its records.</param>
/// <param name="Columns">Titles of the list's columns.</param>
/// <param name="Row">The line of a record in the list.</param>
/// <param name="Detail">A record by key or alias; null where there is none.</param>
/// <param name="Suggest">Keys near to a name.</param>
internal sealed record CatalogSectionView(
    string Name,
    string Singular,
    string Meaning,
    ImmutableArray<string> Keys,
    IReadOnlyList<string> Columns,
    Func<string, IReadOnlyList<string>> Row,
    Func<string, CatalogDetail?> Detail,
    Func<string, IReadOnlyCollection<string>> Suggest);

/// <summary>The sections of the catalog.</summary>
internal static class CatalogSections
{
    /// <summary>Names of the sections.</summary>
    public static ImmutableArray<string> Names { get; } = ["accelerators", "nodes", "models", "efficiencies"];

    /// <summary>All sections; none of their records is read before it is shown.</summary>
    public static IEnumerable<CatalogSectionView> All => Names.Select(static name => Find(name)!);

    /// <summary>A section by name; null where there is none.</summary>
    public static CatalogSectionView? Find(string name) => name switch
    {
        "accelerators" => Accelerators(),
        "nodes" => Nodes(),
        "models" => Models(),
        "efficiencies" => Efficiencies(),
        _ => null,
    };

    private static CatalogSectionView Accelerators()
    {
        CatalogSection<Accelerator> section = HardwareCatalog.Accelerators;
        return new(
            "accelerators", "accelerator", "data sheets of devices", section.Names,
            ["accelerator", "class", ">memory", ">bandwidth", ">bf16 or fp16", ">peers", ">power"],
            key => Row(section.Find(key)),
            name => section.TryFind(name, out Accelerator? found) ? CatalogFigures.Of(found) : null,
            name => section.Suggest(name));

        static string[] Row(Accelerator a) =>
        [
            a.Name, Words.Spelt(a.Class), a.Memory.ToString(), a.MemoryBandwidth.ToString(),
            HalfPrecision(a),
            a.ScaleUp is { } link ? link.Bandwidth.ToString() : "-", a.PowerLimit > Watts.Zero ? a.PowerLimit.ToString() : "-",
        ];
    }

    private static string HalfPrecision(Accelerator accelerator)
    {
        NumberFormat format = accelerator.Supports(NumberFormat.Bf16) ? NumberFormat.Bf16 : NumberFormat.Fp16;
        return accelerator.Supports(format) ? accelerator.Peak(format).ToString() : "-";
    }

    private static CatalogSectionView Nodes()
    {
        CatalogSection<Node> section = HardwareCatalog.Nodes;
        return new(
            "nodes", "node", "machines and racks that hold accelerators", section.Names,
            ["node", ">devices", "accelerator", "inside", "between"],
            key => Row(section.Find(key)),
            name => section.TryFind(name, out Node? found) ? CatalogFigures.Of(found) : null,
            name => section.Suggest(name));

        static string[] Row(Node n) => [n.Name, Words.Count(n.Devices), n.Accelerator.Name, Link(n.ScaleUp), Link(n.ScaleOut)];
    }

    private static CatalogSectionView Models()
    {
        return new(
            "models", "model", "architectures of language models", ModelCatalog.Names,
            ["model", ">parameters", ">layers", ">hidden", ">vocabulary", ">context", ">KV a token"],
            static key => Row(Model(key)!),
            static name => Model(name) is { } found ? CatalogFigures.Of(found) : null,
            static name => ModelCatalog.Suggest(name));

        static TransformerArchitecture? Model(string name) => ModelCatalog.TryFind(name, out TransformerArchitecture? found) ? found : null;

        static string[] Row(TransformerArchitecture m) =>
        [
            m.Name, Words.Short(ParameterSharding.Whole(m)), Words.Count(m.Layers.Length), Words.Count(m.HiddenSize), Words.Count(m.VocabularySize),
            Words.Count(m.MaxContext), KvCacheMemory.Of(m, NumberFormat.Bf16).PerToken.ToString(),
        ];
    }

    private static CatalogSectionView Efficiencies()
    {
        return new(
            "efficiencies", "efficiency", "what kernels, links and hosts reach of a data sheet", EfficiencyCatalog.Section.Names,
            ["efficiency", "device", ">GEMM share", ">stream share", "source"],
            static key => Row(Efficiency(key)!),
            static name => Efficiency(name) is { } found ? CatalogFigures.Of(found) : null,
            static name => EfficiencyCatalog.Section.Suggest(name));

        static Efficiency? Efficiency(string name) => EfficiencyCatalog.Section.TryFind(name, out Efficiency? found) ? found : null;

        static string[] Row(Efficiency e) =>
            [e.Name, e.Device, Words.Percent(e.Gemm.First(NumberFormat.Bf16.Name()).Constants.ComputeShare), Words.Percent(e.Stream.Constants.MemoryShare), e.Source];
    }

    private static string Link(Link link) => $"{link.Name}, {link.Bandwidth}";
}
