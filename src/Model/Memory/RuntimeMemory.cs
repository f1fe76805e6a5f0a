using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;

namespace LlmSim.Model.Memory;

/// <summary>Memory that neither model nor batch explains while training: stated assumptions, each of which a measured figure may replace.</summary>
public sealed record RuntimeMemory
{
    /// <summary>None of it: for comparison with the figure of a framework's allocator.</summary>
    public static RuntimeMemory None { get; } = new() { CudaContext = Bytes.Zero, NcclPerGroup = Bytes.Zero, FragmentationShare = 0 };

    /// <summary>
    /// Driver context and loaded kernels. Assumed 0.6 GiB; an idle PyTorch process with its libraries holds 0.4-0.8 GiB on A100 and H100.
    /// </summary>
    public Bytes CudaContext { get; init; } = Bytes.Gibibytes(0.6);

    /// <summary>
    /// Buffers of one communicator. Assumed 0.25 GiB; NCCL's default of 4 MiB per channel, protocol and peer on up to 32 channels gives the order of
    /// magnitude.
    /// </summary>
    public Bytes NcclPerGroup { get; init; } = Bytes.Gibibytes(0.25);

    /// <summary>Share of what the allocator holds that is lost in gaps. Assumed 3 %; with expandable segments it is less.</summary>
    public double FragmentationShare { get; init; } = 0.03;

    /// <summary>
    /// Workspace of matrix products and temporaries of unfused kernels in classic stacks: 1 GB, the remainder of the Zero Bubble 2024 table 4 rows.
    /// </summary>
    public Bytes ClassicWorkspace { get; init; } = Bytes.Gigabytes(1);

    /// <summary>The same in stacks with fused kernels, beside one matrix gradient: 0.3 GiB.</summary>
    public Bytes ModernWorkspace { get; init; } = Bytes.Gibibytes(0.3);

    /// <summary>Communicators of a layout: one for each direction that is split.</summary>
    public static int Groups(ParallelLayout layout)
    {
        int[] degrees = [layout.Tensor, layout.Pipeline, layout.Data, layout.Context, layout.Expert];
        return degrees.Count(static degree => degree > 1);
    }
}
