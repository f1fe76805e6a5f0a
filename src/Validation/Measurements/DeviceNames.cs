using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using LlmSim.Model.Catalog;
using LlmSim.Model.Hardware;

namespace LlmSim.Validation.Measurements;

/// <summary>Devices and their usual nodes by the names that measurement tables use, looked up once each.</summary>
public static class DeviceNames
{
    private static readonly ConcurrentDictionary<string, Node?> Found = new(StringComparer.Ordinal);

    /// <summary>The device of a catalog key or alias, or false where there is none.</summary>
    public static bool TryFind(string name, [NotNullWhen(true)] out Accelerator? accelerator)
    {
        bool found = TryFindNode(name, out Node? node);
        accelerator = node?.Accelerator;
        return found;
    }

    /// <summary>The node in which the device of a catalog key or alias usually comes, or false where there is no such device.</summary>
    public static bool TryFindNode(string name, [NotNullWhen(true)] out Node? node)
    {
        node = Found.GetOrAdd(
            name, static key => HardwareCatalog.Accelerators.TryFind(key, out Accelerator? accelerator) ? Nodes.Default(accelerator) : null);
        return node is not null;
    }
}
