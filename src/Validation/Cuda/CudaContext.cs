using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;

namespace LlmSim.Validation.Cuda;

/// <summary>How kernels are compiled: everything inlined, and with marks between which a device measures time.</summary>
public static class CudaContext
{
    /// <summary>Threads of a warp, on CUDA devices and on the CPU that stands in for one.</summary>
    private const int WarpSize = 32;

    /// <summary>Warps that the CPU runs side by side: those of the largest group. Each of their threads is one of the operating system.</summary>
    private const int Warps = 8;

    /// <summary>A context over CUDA devices, or over a CPU that behaves as one.</summary>
    /// <param name="cpu">Whether kernels run on the CPU, in warps of 32.</param>
    public static Context Create(bool cpu) => Context.Create(builder =>
    {
        builder.EnableAlgorithms().Profiling().Optimize(OptimizationLevel.O2).Inlining(InliningMode.Aggressive);
        _ = cpu ? builder.CPU(new CPUDevice(WarpSize, Warps, 1)) : builder.Cuda();
    });
}
