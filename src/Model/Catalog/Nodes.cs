using LlmSim.Model.Hardware;
using LlmSim.Model.Units;

namespace LlmSim.Model.Catalog;

/// <summary>The node that an accelerator usually comes in.</summary>
public static class Nodes
{
    /// <summary>Host memory assumed per byte of device memory: twice, a DGX H100 has three times (2 TB for 640 GB), a workstation less.</summary>
    private const double HostOverDeviceMemory = 2;

    /// <summary>A desktop processor with a board, a disk and fans under load; an order of magnitude.</summary>
    private static readonly Watts AssumedHostPower = Watts.From(150);

    /// <summary>
    /// The catalog's node for an accelerator, or a generic one with a single device: its own links, and an assumed host of two DDR5 channels.
    /// An accelerator that differs from the catalog's record of that name is put in place of it.
    /// </summary>
    public static Node Default(Accelerator accelerator) =>
        HardwareCatalog.UsualNodes.TryGetValue(accelerator.Name, out string? name)
            ? HardwareCatalog.Nodes.Find(name) with { Accelerator = accelerator }
            : Generic(accelerator);

    /// <summary>What joins the devices where a node record does not say: their own link, else the one to the host, else shared memory.</summary>
    public static Link ScaleUpOf(Accelerator accelerator) =>
        accelerator.ScaleUp ?? accelerator.HostLink ?? new Link("its own memory", accelerator.MemoryBandwidth, Seconds.Zero);

    /// <summary>What joins nodes where their record does not say: the accelerator's usual network, else the Ethernet of its class.</summary>
    public static Link ScaleOutOf(Accelerator accelerator)
    {
        Link ethernet = Network(accelerator.Class switch
        {
            AcceleratorClass.Datacenter => "ethernet-100g",
            AcceleratorClass.Consumer => "ethernet-10g",
            _ => "ethernet-1g",
        });
        return accelerator.TypicalNetwork > Bandwidth.Zero
            ? new Link("usual network", accelerator.TypicalNetwork, ethernet.Latency)
            : ethernet;
    }

    private static Node Generic(Accelerator accelerator)
    {
        MemoryKind channel = HardwareCatalog.HostMemories.Find("ddr5-4800");
        MemoryKind drive = HardwareCatalog.Storages.Find("nvme-gen4");
        bool shared = accelerator.UnifiedMemory;
        const string Why = "no node of the catalog holds this accelerator";
        return new Node
        {
            Name = accelerator.Name + "-single",
            Title = accelerator.Title + ", one device",
            Accelerator = accelerator,
            Devices = 1,
            ScaleUp = ScaleUpOf(accelerator),
            ScaleOut = ScaleOutOf(accelerator),
            HostMemory = shared ? Bytes.Zero : accelerator.Memory * HostOverDeviceMemory,
            HostMemoryBandwidth = shared ? Bandwidth.Zero : channel.Bandwidth * 2,
            Nvme = Bytes.Gigabytes(1000),
            NvmeBandwidth = drive.Bandwidth,
            HostPower = shared ? Watts.Zero : AssumedHostPower,
            Sources = accelerator.Sources.Clear()
                .Add("devices", new Figure("assumed: " + Why, false))
                .Add("host_memory", new Figure("assumed: twice the device's", false))
                .Add("host_memory_bandwidth", channel.Sources["bandwidth"] with { Verified = false })
                .Add("host_power", new Figure("assumed: a desktop under load", false))
                .Add("nvme", new Figure("assumed: 1 TB", false))
                .Add("nvme_bandwidth", drive.Sources["bandwidth"] with { Verified = false }),
        };
    }

    private static Link Network(string name) => HardwareCatalog.Networks.Find(name).Link;
}
