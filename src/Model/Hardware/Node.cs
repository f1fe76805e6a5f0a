using System.Collections.Immutable;
using LlmSim.Model.Units;

namespace LlmSim.Model.Hardware;

/// <summary>One machine, or one scale-up domain such as an NVL72 rack: accelerators, what joins them, and their host.</summary>
public sealed record Node
{
    /// <summary>Catalog key, such as <c>dgx-h100</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Full name for people.</summary>
    public required string Title { get; init; }

    /// <summary>The accelerator that it holds.</summary>
    public required Accelerator Accelerator { get; init; }

    /// <summary>How many accelerators one scale-up domain holds.</summary>
    public required int Devices { get; init; }

    /// <summary>What joins the accelerators: NVLink, xGMI, or PCIe through the host; per device and direction.</summary>
    public required Link ScaleUp { get; init; }

    /// <summary>What joins this node to others: per device and direction.</summary>
    public required Link ScaleOut { get; init; }

    /// <summary>Host memory of the node; zero where the host shares the accelerator's memory.</summary>
    public Bytes HostMemory { get; init; }

    /// <summary>Bandwidth of the host memory.</summary>
    public Bandwidth HostMemoryBandwidth { get; init; }

    /// <summary>Local solid-state storage; zero where none is assumed.</summary>
    public Bytes Nvme { get; init; }

    /// <summary>Sequential read bandwidth of the local storage.</summary>
    public Bandwidth NvmeBandwidth { get; init; }

    /// <summary>Power of everything but the accelerators (processors, switches, fans) for the whole node.</summary>
    public Watts HostPower { get; init; }

    /// <summary>The source of each figure, by the key that the record file uses.</summary>
    public ImmutableSortedDictionary<string, Figure> Sources { get; init; } = ImmutableSortedDictionary<string, Figure>.Empty;
}
