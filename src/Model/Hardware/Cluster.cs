namespace LlmSim.Model.Hardware;

/// <summary>A number of equal nodes and the devices used of them.</summary>
public sealed record Cluster
{
    /// <summary>The kind of node.</summary>
    public required Node Node { get; init; }

    /// <summary>Accelerators used, over all nodes.</summary>
    public required int Devices { get; init; }

    /// <summary>Nodes needed to hold the devices.</summary>
    public int Nodes => (Devices + Node.Devices - 1) / Node.Devices;

    /// <summary>The accelerator of every node.</summary>
    public Accelerator Accelerator => Node.Accelerator;

    /// <summary>Whether more than one scale-up domain is used.</summary>
    public bool SpansNodes => Devices > Node.Devices;
}
