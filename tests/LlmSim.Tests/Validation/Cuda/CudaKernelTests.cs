using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using LlmSim.Validation.Cuda;
using Xunit;

namespace LlmSim.Tests.Validation.Cuda;

/// <summary>Kernels of calibration: right on ILGPU's CPU accelerator, and as they should be in PTX.</summary>
public sealed class CudaKernelTests : IDisposable
{
    private readonly Context _context = CudaContext.Create(cpu: true);

    public static TheoryData<string> OnCpu => [.. CudaKernels.All.Where(static k => !k.NeedsCuda).Select(static k => k.Name)];

    public static TheoryData<string, string> InPtx
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (CheckedKernel kernel in CudaKernels.All)
            {
                data.Add(kernel.Name, "sm_80");
                data.Add(kernel.Name, "sm_90");
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(OnCpu))]
    public void Is_right_against_double_precision(string name)
    {
        CheckedKernel kernel = CudaKernels.All.Single(k => k.Name == name);
        using Accelerator accelerator = _context.CreateCPUAccelerator(0);
        foreach (long seed in new long[] { 1, 2 })
        {
            using var device = new DeviceBuffers(accelerator);
            KernelCheck check = kernel.Check(device, seed);
            Assert.True(check.Error <= kernel.Tolerance && check.FirstWrong is null, $"{name}: {check}");
        }
    }

    [Theory]
    [MemberData(nameof(InPtx))]
    public void Its_PTX_keeps_to_registers_and_moves_vectors_and_tiles_as_it_says(string name, string architecture)
    {
        CheckedKernel kernel = CudaKernels.All.Single(k => k.Name == name);
        foreach (string ptx in kernel.Entries.Select(entry => Ptx(entry, architecture == "sm_80" ? CudaArchitecture.SM_80 : CudaArchitecture.SM_90)))
        {
            Assert.DoesNotContain(".local", ptx, StringComparison.Ordinal);
            Assert.Equal(kernel.NeedsCuda, ptx.Contains("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32", StringComparison.Ordinal));
        }

        if (name is "copy" or "read" or "triad" or "gemv")
        {
            Assert.Contains("ld.global.v4.f32", Ptx(kernel.Entries[0], CudaArchitecture.SM_80), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_wrong_element_and_one_that_was_never_written_are_found()
    {
        double[] expected = [1, 2, 3, 4];
        Assert.Null(KernelCheck.Compare(expected, [1, 2, 3, 4], 1e-6).FirstWrong);
        KernelCheck wrong = KernelCheck.Compare(expected, [1, 2, 30, 4], 1e-3);
        Assert.Equal(2, wrong.FirstWrong);
        Assert.Equal(30, wrong.Found);
        Assert.Equal(27 / Math.Sqrt(30), wrong.Error, 1e-9);
        Assert.Equal(3, KernelCheck.Compare(expected, [1, 2, 3, float.NaN], 10).FirstWrong);
        Assert.Equal(double.PositiveInfinity, KernelCheck.Compare(expected, [1, 2, 3, float.NaN], 10).Error);
    }

    public void Dispose() => _context.Dispose();

    private string Ptx(System.Reflection.MethodInfo method, CudaArchitecture architecture)
    {
        using var backend = new PTXBackend(_context, architecture, CudaInstructionSet.ISA_80, null!);
        return ((PTXCompiledKernel)backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(method), default)).PTXAssembly;
    }
}
