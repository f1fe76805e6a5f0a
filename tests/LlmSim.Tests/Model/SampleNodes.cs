using System.Collections.Immutable;
using LlmSim.Model.Hardware;
using LlmSim.Model.Units;

namespace LlmSim.Tests.Model;

/// <summary>Nodes with the data-sheet figures that links and memory need.</summary>
internal static class SampleNodes
{
    public static Node H100 { get; } = Of("h100-sxm", 450, 3.35, 85.0, 132, 50);

    public static Node A100 { get; } = Of("a100-sxm-80gb", 300, 2.039, 85.0, 108, 25);

    private static Node Of(string name, double scaleUp, double memoryBandwidth, double memory, int multiprocessors, double network)
    {
        var accelerator = new Accelerator
        {
            Name = name,
            Title = name,
            Class = AcceleratorClass.Datacenter,
            Generation = "test",
            MatrixPeak = ImmutableSortedDictionary<NumberFormat, FlopRate>.Empty,
            VectorPeak = FlopRate.Zero,
            Memory = Bytes.Gigabytes(memory),
            MemoryBandwidth = Bandwidth.TerabytesPerSecond(memoryBandwidth),
            Multiprocessors = multiprocessors,
            BoostClock = Hertz.Gigahertz(1.8),
        };
        return new Node
        {
            Name = name,
            Title = name,
            Accelerator = accelerator,
            Devices = 8,
            ScaleUp = new Link("NVLink", Bandwidth.GigabytesPerSecond(scaleUp), Seconds.Zero),
            ScaleOut = new Link("InfiniBand", Bandwidth.GigabytesPerSecond(network), Seconds.Zero),
        };
    }
}
