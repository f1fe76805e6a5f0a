using System.Collections.Immutable;
using ILGPU;
using ILGPU.Runtime;
using LlmSim.Validation.Cuda.Kernels;

namespace LlmSim.Validation.Cuda.Checks;

/// <summary>Kernels over rows against double precision.</summary>
internal static class RowChecks
{
    private const int Rows = 5;
    private const int Width = 1000;
    private const double Tolerance = 1e-5;

    internal static ImmutableArray<CheckedKernel> Kernels { get; } =
    [
        new("reduction", [Entry.Of<ArrayView<float>, ArrayView<float>>(RowKernels.Sum)], Tolerance, NeedsCuda: false, Sum),
        Row("softmax-3pass", RowKernels.SoftmaxThreePass, Softmax),
        Row("softmax-online", RowKernels.SoftmaxOnline, Softmax),
        Row("layernorm", RowKernels.LayerNorm, LayerNorm),
        Row("rmsnorm", RowKernels.RmsNorm, RmsNorm),
    ];

    private static KernelCheck Sum(DeviceBuffers device, long seed)
    {
        float[] source = device.Random(seed, Rows * Width);
        ArrayView<float> sums = device.Poisoned(Rows);
        device.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>>(RowKernels.Sum)(new KernelConfig(Rows, RowKernels.Threads), device.Put(source), sums);
        return KernelCheck.Compare([.. source.Chunk(Width).Select(static row => row.Sum(static x => (double)x))], device.Get(sums), Tolerance);
    }

    private static CheckedKernel Row(string name, Action<ArrayView<float>, ArrayView<float>, int> kernel, Func<double[], IEnumerable<double>> reference) => new(
        name, [Entry.Of(kernel)], Tolerance, NeedsCuda: false, (device, seed) =>
        {
            // Values of some size, so that a softmax without its maximum would overflow.
            float[] source = [.. device.Random(seed, Rows * Width).Select(static x => 100 * x)];
            ArrayView<float> target = device.Poisoned(Rows * Width);
            device.Accelerator.LoadStreamKernel(kernel)(new KernelConfig(Rows, RowKernels.Threads), device.Put(source), target, Width);
            double[] expected = [.. source.Chunk(Width).SelectMany(row => reference([.. row.Select(static x => (double)x)]))];
            return KernelCheck.Compare(expected, device.Get(target), Tolerance);
        });

    private static IEnumerable<double> Softmax(double[] row)
    {
        double most = row.Max();
        double sum = row.Sum(x => Math.Exp(x - most));
        return row.Select(x => Math.Exp(x - most) / sum);
    }

    private static IEnumerable<double> LayerNorm(double[] row)
    {
        double mean = row.Average();
        double scale = 1 / Math.Sqrt(row.Average(x => (x - mean) * (x - mean)) + 1e-5);
        return row.Select(x => (x - mean) * scale);
    }

    private static IEnumerable<double> RmsNorm(double[] row)
    {
        double scale = 1 / Math.Sqrt(row.Average(static x => x * x) + 1e-5);
        return row.Select(x => x * scale);
    }
}
