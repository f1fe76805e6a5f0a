using System.Collections.Immutable;
using LlmSim.Validation.Cuda.Checks;

namespace LlmSim.Validation.Cuda;

/// <summary>The kernels of calibration.</summary>
public static class CudaKernels
{
    /// <summary>All of them; a new one is a line in its family's list.</summary>
    public static ImmutableArray<CheckedKernel> All { get; } = [.. StreamChecks.Kernels, .. RowChecks.Kernels, .. ProductChecks.Kernels, .. AttentionChecks.Kernels];
}
