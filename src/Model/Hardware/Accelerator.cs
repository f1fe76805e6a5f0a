using System.Collections.Immutable;
using LlmSim.Model.Units;

namespace LlmSim.Model.Hardware;

/// <summary>One accelerator as its data sheet describes it: peaks, not what kernels reach.</summary>
/// <remarks>Achieved shares live in an <c>Efficiency</c>, so a calibration never edits a data sheet.</remarks>
public sealed record Accelerator
{
    /// <summary>Catalog key, such as <c>h100-sxm</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Full name for people, such as <c>NVIDIA H100 SXM5 80 GB</c>.</summary>
    public required string Title { get; init; }

    /// <summary>Where it is used.</summary>
    public required AcceleratorClass Class { get; init; }

    /// <summary>Architecture generation, such as <c>Hopper</c>; constants are carried over between devices of one generation.</summary>
    public required string Generation { get; init; }

    /// <summary>Compute capability or similar, such as <c>sm_90</c>; empty where there is none.</summary>
    public string Target { get; init; } = string.Empty;

    /// <summary>Peak dense matrix rate by number format. Sparse figures are halved before entry.</summary>
    public required ImmutableSortedDictionary<NumberFormat, FlopRate> MatrixPeak { get; init; }

    /// <summary>Peak rate of fp32 arithmetic outside the matrix units.</summary>
    public required FlopRate VectorPeak { get; init; }

    /// <summary>Memory as the driver reports it, which differs from the label on the box.</summary>
    public required Bytes Memory { get; init; }

    /// <summary>Kind of memory, such as <c>HBM3</c>.</summary>
    public string MemoryType { get; init; } = string.Empty;

    /// <summary>Peak memory bandwidth of the data sheet.</summary>
    public required Bandwidth MemoryBandwidth { get; init; }

    /// <summary>True where the processor of the host shares this memory (phones, boards, laptops).</summary>
    public bool UnifiedMemory { get; init; }

    /// <summary>Second-level cache; zero where unknown.</summary>
    public Bytes L2Cache { get; init; }

    /// <summary>Streaming multiprocessors, compute units or cores.</summary>
    public required int Multiprocessors { get; init; }

    /// <summary>First-level cache and shared memory of one multiprocessor together; zero where unknown.</summary>
    public Bytes SramPerMultiprocessor { get; init; }

    /// <summary>Shared memory that one thread block can use; zero where unknown.</summary>
    public Bytes SharedMemoryPerBlock { get; init; }

    /// <summary>Clock at which the peaks hold.</summary>
    public required Hertz BoostClock { get; init; }

    /// <summary>Link to its peers inside a node, per device and direction; null where there is none.</summary>
    public Link? ScaleUp { get; init; }

    /// <summary>Link to the host, per direction; null where memory is unified.</summary>
    public Link? HostLink { get; init; }

    /// <summary>Network bandwidth per device that is usual for it, per direction; zero where unknown.</summary>
    public Bandwidth TypicalNetwork { get; init; }

    /// <summary>Board power limit; zero where unknown.</summary>
    public Watts PowerLimit { get; init; }

    /// <summary>Board power when idle; zero where unknown (then a stated share of the limit is assumed).</summary>
    public Watts IdlePower { get; init; }

    /// <summary>The source of each figure, by the key that the record file uses.</summary>
    public ImmutableSortedDictionary<string, Figure> Sources { get; init; } = ImmutableSortedDictionary<string, Figure>.Empty;

    /// <summary>Whether the matrix units multiply this format at all.</summary>
    public bool Supports(NumberFormat format) => MatrixPeak.ContainsKey(format.ComputePeak());

    /// <summary>Peak dense matrix rate of a format.</summary>
    /// <exception cref="KeyNotFoundException">The accelerator does not multiply this format; ask <see cref="Supports"/> first.</exception>
    public FlopRate Peak(NumberFormat format) => MatrixPeak[format.ComputePeak()];

    /// <summary>Arithmetic intensity (FLOP/byte) at which the roofline bends.</summary>
    public Intensity RidgePoint(NumberFormat format) => Peak(format) / MemoryBandwidth;
}
