using System.Collections.Immutable;
using ILGPU;
using ILGPU.Runtime;
using LlmSim.Validation.Cuda.Kernels;

namespace LlmSim.Validation.Cuda.Checks;

/// <summary>Streams and element-wise kernels against double precision.</summary>
internal static class StreamChecks
{
    private const int Length = 4 * 1021;
    private const double Single = 1e-6;
    private static readonly KernelConfig Config = new(7, 128);

    internal static ImmutableArray<CheckedKernel> Kernels { get; } =
    [
        new("copy", [Entry.Of<ArrayView<Vector4>, ArrayView<Vector4>>(StreamKernels.Copy)], 0, NeedsCuda: false, Copy),
        new("read", [Entry.Of<ArrayView<Vector4>, ArrayView<float>>(StreamKernels.Read)], Single, NeedsCuda: false, Read),
        new("triad", [Entry.Of<ArrayView<Vector4>, ArrayView<Vector4>, ArrayView<Vector4>, float>(StreamKernels.Triad)], Single, NeedsCuda: false, Triad),
        new("empty", [Entry.Of<ArrayView<float>>(StreamKernels.Empty)], 0, NeedsCuda: false, Empty),
        Pair("add+relu", PointwiseKernels.AddRelu, static (a, b) => Math.Max(0, a + b)),
        Pair("add", PointwiseKernels.Add, static (a, b) => a + b),
        One("relu", PointwiseKernels.Relu, static a => Math.Max(0, a)),
        One("cos", PointwiseKernels.Cos, Math.Cos),
        One("cos.cos", PointwiseKernels.CosCos, static a => Math.Cos(Math.Cos(a))),
        One("gelu", PointwiseKernels.Gelu, Gelu),
        new("bias", [Entry.Of<ArrayView<float>, ArrayView<float>, ArrayView<float>>(PointwiseKernels.Bias)], Single, NeedsCuda: false, Bias),
        new("scale", [Entry.Of<ArrayView<float>, ArrayView<float>, float>(PointwiseKernels.Scale)], Single, NeedsCuda: false, Scale),
        new(
            "bias+gelu+scale", [Entry.Of<ArrayView<float>, ArrayView<float>, ArrayView<float>, float>(PointwiseKernels.BiasGeluScale)], 1e-5, NeedsCuda: false,
            BiasGeluScale),
    ];

    private static KernelCheck Copy(DeviceBuffers device, long seed)
    {
        float[] source = device.Random(seed, Length);
        ArrayView<float> target = device.Poisoned(Length);
        var kernel = device.Accelerator.LoadStreamKernel<ArrayView<Vector4>, ArrayView<Vector4>>(StreamKernels.Copy);
        kernel(Config, device.Put(source).Cast<Vector4>(), target.Cast<Vector4>());
        return KernelCheck.Compare([.. source.Select(static x => (double)x)], device.Get(target), 0);
    }

    private static KernelCheck Read(DeviceBuffers device, long seed)
    {
        float[] source = device.Random(seed, Length);
        int threads = Config.GridDim.X * Config.GroupDim.X;
        ArrayView<float> sums = device.Poisoned(threads);
        var kernel = device.Accelerator.LoadStreamKernel<ArrayView<Vector4>, ArrayView<float>>(StreamKernels.Read);
        kernel(Config, device.Put(source).Cast<Vector4>(), sums);
        double[] expected = new double[threads];
        for (int i = 0; i < Length; i++)
        {
            expected[i / 4 % threads] += source[i];
        }

        return KernelCheck.Compare(expected, device.Get(sums), Single);
    }

    private static KernelCheck Triad(DeviceBuffers device, long seed)
    {
        float[] left = device.Random(seed, Length);
        float[] right = device.Random(seed, Length);
        ArrayView<float> target = device.Poisoned(Length);
        var kernel = device.Accelerator.LoadStreamKernel<ArrayView<Vector4>, ArrayView<Vector4>, ArrayView<Vector4>, float>(StreamKernels.Triad);
        kernel(Config, device.Put(left).Cast<Vector4>(), device.Put(right).Cast<Vector4>(), target.Cast<Vector4>(), 3f);
        return KernelCheck.Compare([.. left.Zip(right, static (a, b) => a + (3.0 * b))], device.Get(target), Single);
    }

    private static KernelCheck Empty(DeviceBuffers device, long seed)
    {
        float[] untouched = device.Random(seed, 1);
        ArrayView<float> view = device.Put(untouched);
        device.Accelerator.LoadStreamKernel<ArrayView<float>>(StreamKernels.Empty)(new KernelConfig(1, 32), view);
        return KernelCheck.Compare([untouched[0]], device.Get(view), 0);
    }

    private static KernelCheck Bias(DeviceBuffers device, long seed)
    {
        float[] a = device.Random(seed, Length);
        float[] bias = device.Random(seed, 12);
        ArrayView<float> target = device.Poisoned(Length);
        device.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>>(PointwiseKernels.Bias)(Config, device.Put(a), device.Put(bias), target);
        return KernelCheck.Compare([.. a.Select((x, i) => (double)x + bias[i % 12])], device.Get(target), Single);
    }

    private static KernelCheck Scale(DeviceBuffers device, long seed)
    {
        float[] a = device.Random(seed, Length);
        ArrayView<float> target = device.Poisoned(Length);
        device.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, float>(PointwiseKernels.Scale)(Config, device.Put(a), target, 2f);
        return KernelCheck.Compare([.. a.Select(static x => 2.0 * x)], device.Get(target), Single);
    }

    private static KernelCheck BiasGeluScale(DeviceBuffers device, long seed)
    {
        float[] a = device.Random(seed, Length);
        float[] bias = device.Random(seed, 12);
        ArrayView<float> target = device.Poisoned(Length);
        var kernel = device.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, float>(PointwiseKernels.BiasGeluScale);
        kernel(Config, device.Put(a), device.Put(bias), target, 0.5f);
        return KernelCheck.Compare([.. a.Select((x, i) => 0.5 * Gelu((double)x + bias[i % 12]))], device.Get(target), 1e-5);
    }

    private static CheckedKernel One(string name, Action<ArrayView<float>, ArrayView<float>> kernel, Func<double, double> reference) => new(
        name, [Entry.Of(kernel)], 1e-5, NeedsCuda: false, (device, seed) =>
        {
            float[] a = device.Random(seed, Length);
            ArrayView<float> target = device.Poisoned(Length);
            device.Accelerator.LoadStreamKernel(kernel)(Config, device.Put(a), target);
            return KernelCheck.Compare([.. a.Select(x => reference(x))], device.Get(target), 1e-5);
        });

    private static CheckedKernel Pair(string name, Action<ArrayView<float>, ArrayView<float>, ArrayView<float>> kernel, Func<double, double, double> reference) => new(
        name, [Entry.Of(kernel)], Single, NeedsCuda: false, (device, seed) =>
        {
            float[] a = device.Random(seed, Length);
            float[] b = device.Random(seed, Length);
            ArrayView<float> target = device.Poisoned(Length);
            device.Accelerator.LoadStreamKernel(kernel)(Config, device.Put(a), device.Put(b), target);
            return KernelCheck.Compare([.. a.Zip(b, (x, y) => reference(x, y))], device.Get(target), Single);
        });

    private static double Gelu(double x) => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x))));
}
