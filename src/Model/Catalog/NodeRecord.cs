using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using LlmSim.Model.Hardware;
using LlmSim.Model.Units;

namespace LlmSim.Model.Catalog;

/// <summary>Reads a node record, from a catalog file or written inline by a user.</summary>
/// <remarks>
/// A record needs <c>name</c>, <c>accelerator</c> (a catalog key or an inline record) and <c>devices</c>. Links that are missing are the
/// accelerator's own, as in <see cref="Nodes.Default"/>. The bandwidth of host memory is given as such, or as <c>host_memory_kind</c> and
/// <c>host_memory_channels</c>; that of the local storage likewise as <c>nvme_kind</c> and <c>nvme_drives</c>.
/// </remarks>
public static class NodeRecord
{
    /// <summary>Reads one record; on failure <paramref name="problems"/> lists everything that is wrong with it.</summary>
    public static bool TryRead(JsonElement json, [NotNullWhen(true)] out Node? record, out ImmutableArray<RecordProblem> problems)
    {
        RecordReader reader = new(json);
        Node? read = Read(reader);
        bool good = reader.Finish();
        problems = reader.Problems;
        record = good ? read! with { Sources = reader.Figures } : null;
        return good;
    }

    private static Node? Read(RecordReader reader)
    {
        string name = reader.Text("name");
        string title = reader.OptionalText("title") ?? name;
        int devices = reader.Count("devices");
        Accelerator? accelerator = ReadAccelerator(reader);
        Link? scaleUp = reader.OptionalLink("scale_up");
        Link? scaleOut = reader.OptionalLink("scale_out");
        Bytes hostMemory = reader.OptionalQuantity<Bytes>("host_memory", QuantityText.TryParse, zeroIsLegal: true) ?? Bytes.Zero;
        Bandwidth hostBandwidth = BandwidthOf(
            reader, "host_memory_bandwidth", "host_memory_kind", "host_memory_channels", HardwareCatalog.HostMemories);
        Bytes nvme = reader.OptionalQuantity<Bytes>("nvme", QuantityText.TryParse, zeroIsLegal: true) ?? Bytes.Zero;
        Bandwidth nvmeBandwidth = BandwidthOf(reader, "nvme_bandwidth", "nvme_kind", "nvme_drives", HardwareCatalog.Storages);
        Watts hostPower = reader.OptionalQuantity<Watts>("host_power", QuantityText.TryParse, zeroIsLegal: true) ?? Watts.Zero;
        if (accelerator is null)
        {
            return null;
        }

        return new Node
        {
            Name = name,
            Title = title,
            Accelerator = accelerator,
            Devices = devices,
            ScaleUp = scaleUp ?? Assumed(reader, "scale_up", Nodes.ScaleUpOf(accelerator)),
            ScaleOut = scaleOut ?? Assumed(reader, "scale_out", Nodes.ScaleOutOf(accelerator)),
            HostMemory = hostMemory,
            HostMemoryBandwidth = hostBandwidth,
            Nvme = nvme,
            NvmeBandwidth = nvmeBandwidth,
            HostPower = hostPower,
        };
    }

    /// <summary>The accelerator by catalog key, or from the inline record, whose problems appear below the key.</summary>
    private static Accelerator? ReadAccelerator(RecordReader reader)
    {
        if (!reader.Demand("accelerator", "the name of a catalog accelerator, or an inline record,"))
        {
            return null;
        }

        if (!reader.HoldsText("accelerator"))
        {
            AcceleratorRecord.TryRead(reader.Element("accelerator")!.Value, out Accelerator? inline, out ImmutableArray<RecordProblem> problems);
            foreach (RecordProblem problem in problems)
            {
                reader.Report(problem.Path.Length == 0 ? "accelerator" : "accelerator." + problem.Path, problem.Message);
            }

            return inline;
        }

        string key = reader.Text("accelerator");
        if (HardwareCatalog.Accelerators.TryFind(key, out Accelerator? accelerator))
        {
            return accelerator;
        }

        reader.Report("accelerator", $"unknown accelerator '{key}'{FieldText.Legal(key, HardwareCatalog.Accelerators.Names)}");
        return null;
    }

    /// <summary>A bandwidth as given, or the number of channels or drives times that of one; zero where neither is given.</summary>
    private static Bandwidth BandwidthOf(RecordReader reader, string direct, string kindKey, string countKey, CatalogSection<MemoryKind> kinds)
    {
        Bandwidth? given = reader.OptionalQuantity<Bandwidth>(direct, QuantityText.TryParse, zeroIsLegal: true);
        string? name = reader.OptionalText(kindKey);
        int? count = reader.OptionalCount(countKey);
        if (name is null)
        {
            return given ?? Bandwidth.Zero;
        }

        if (!kinds.TryFind(name, out MemoryKind? kind))
        {
            reader.Report(kindKey, $"unknown kind '{name}'{FieldText.Legal(name, kinds.Names)}");
            return Bandwidth.Zero;
        }

        if (given is not null)
        {
            reader.Report(direct, $"given twice: leave out either this or {kindKey}");
        }

        reader.Cite(direct, kind.Sources["bandwidth"]);
        return kind.Bandwidth * (count ?? 1);
    }

    private static Link Assumed(RecordReader reader, string key, Link link)
    {
        reader.Assume(key, link.Name);
        return link;
    }
}
