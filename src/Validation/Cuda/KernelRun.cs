using System.Collections.Immutable;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;

namespace LlmSim.Validation.Cuda;

/// <summary>A kernel and how its check went.</summary>
/// <param name="Kernel">The kernel.</param>
/// <param name="Check">How far off it is; null where it was not run.</param>
public sealed record CheckedRun(CheckedKernel Kernel, KernelCheck? Check)
{
    /// <summary>Whether it ran and is within its tolerance.</summary>
    public bool IsRight => Check is { FirstWrong: null } check && check.Error <= Kernel.Tolerance;
}

/// <summary>Runs the checks of all kernels on one accelerator.</summary>
public static class KernelRun
{
    /// <summary>CUDA devices by their names; empty where there is none, or no driver.</summary>
    public static ImmutableArray<string> Devices()
    {
        using Context context = CudaContext.Create(cpu: false);
        var names = ImmutableArray.CreateBuilder<string>();
        foreach (CudaDevice device in context.GetCudaDevices())
        {
            names.Add(device.Name);
        }

        return names.ToImmutable();
    }

    /// <summary>Checks all kernels, in their order.</summary>
    /// <param name="device">Number of the CUDA device; null for the CPU, on which kernels with inline PTX are left out.</param>
    /// <param name="seed">Seed of the inputs.</param>
    /// <param name="report">Takes each kernel as it is done.</param>
    /// <param name="cancellation">Stops between two kernels.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static ImmutableArray<CheckedRun> Check(int? device, long seed, Action<CheckedRun> report, CancellationToken cancellation)
    {
        using Context context = CudaContext.Create(cpu: device is null);
        using Accelerator accelerator = device is int number ? context.CreateCudaAccelerator(number) : context.CreateCPUAccelerator(0);
        var runs = ImmutableArray.CreateBuilder<CheckedRun>();
        foreach (CheckedKernel kernel in CudaKernels.All)
        {
            cancellation.ThrowIfCancellationRequested();
            using var buffers = new DeviceBuffers(accelerator);
            var run = new CheckedRun(kernel, kernel.NeedsCuda && device is null ? null : kernel.Check(buffers, seed));
            runs.Add(run);
            report(run);
        }

        return runs.ToImmutable();
    }
}
