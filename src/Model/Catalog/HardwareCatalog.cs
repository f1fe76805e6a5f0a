using System.Collections.Immutable;
using LlmSim.Model.Hardware;

namespace LlmSim.Model.Catalog;

/// <summary>The hardware that the program knows by name: data sheets as embedded records.</summary>
public static class HardwareCatalog
{
    private static readonly Lazy<ImmutableSortedDictionary<string, string>> UsualNodeTable =
        new(static () => CatalogFiles.ReadPairs("usual-nodes.json"));

    /// <summary>Accelerators, such as <c>h100-sxm</c>.</summary>
    public static CatalogSection<Accelerator> Accelerators { get; } = new("accelerators", AcceleratorRecord.TryRead);

    /// <summary>Machines and scale-up domains, such as <c>dgx-h100</c>.</summary>
    public static CatalogSection<Node> Nodes { get; } = new("nodes", NodeRecord.TryRead);

    /// <summary>Link technologies, such as <c>infiniband-ndr</c>.</summary>
    public static CatalogSection<Network> Networks { get; } = new("networks", NetworkRecord.TryRead);

    /// <summary>Kinds of host memory, such as <c>ddr5-4800</c>; their bandwidth is that of one channel.</summary>
    public static CatalogSection<MemoryKind> HostMemories { get; } = new("host-memories", MemoryKindRecord.TryRead);

    /// <summary>Kinds of local storage, such as <c>nvme-gen4</c>; their bandwidth is that of one drive.</summary>
    public static CatalogSection<MemoryKind> Storages { get; } = new("storages", MemoryKindRecord.TryRead);

    /// <summary>The key of the node that an accelerator usually comes in, by the accelerator's key.</summary>
    public static ImmutableSortedDictionary<string, string> UsualNodes => UsualNodeTable.Value;
}
