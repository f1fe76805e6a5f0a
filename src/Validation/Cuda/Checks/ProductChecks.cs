using System.Collections.Immutable;
using ILGPU;
using ILGPU.Runtime;
using LlmSim.Validation.Cuda.Kernels;
using Half = ILGPU.Half;

namespace LlmSim.Validation.Cuda.Checks;

/// <summary>Matrix products against double precision.</summary>
internal static class ProductChecks
{
    private const int Rows = 70;
    private const int Columns = 512;
    private const double Single = 1e-5;

    /// <summary>Sums in single precision of products of half-precision numbers, which themselves are exact.</summary>
    private const double Tensor = 1e-5;

    internal static ImmutableArray<CheckedKernel> Kernels { get; } =
    [
        new("gemv", [Entry.Of<ArrayView<Vector4>, ArrayView<Vector4>, ArrayView<float>>(GemvKernels.Single)], Single, NeedsCuda: false, Gemv),
        new("gemv-int8", [Entry.Of<ArrayView<uint>, ArrayView<float>, ArrayView<Vector4>, ArrayView<float>>(GemvKernels.Int8)], Single, NeedsCuda: false, GemvInt8),
        new("gemv-int4", [Entry.Of<ArrayView<uint>, ArrayView<float>, ArrayView<Vector4>, ArrayView<float>>(GemvKernels.Int4)], Single, NeedsCuda: false, GemvInt4),
        Gemm("gemm-naive", GemmKernels.Naive, 50, 37, 33, new KernelConfig(new Index3D(3, 4, 1), new Index3D(256, 1, 1))),
        Gemm("gemm-tiled", GemmKernels.Tiled, 64, 128, 48, new KernelConfig(new Index3D(2, 1, 1), new Index3D(GemmKernels.TileThreads, 1, 1))),
        new("gemm-mma", [Entry.Of<ArrayView<uint>, ArrayView<uint>, long, int, int, int>(TensorGemmKernel.Multiply)], Tensor, NeedsCuda: true, GemmTensor),
    ];

    private static KernelConfig GemvConfig => new((Rows + 3) / 4, GemvKernels.Threads);

    private static KernelCheck Gemv(DeviceBuffers device, long seed)
    {
        float[] matrix = device.Random(seed, Rows * Columns);
        float[] x = device.Random(seed, Columns);
        ArrayView<float> y = device.Poisoned(Rows);
        var kernel = device.Accelerator.LoadStreamKernel<ArrayView<Vector4>, ArrayView<Vector4>, ArrayView<float>>(GemvKernels.Single);
        kernel(GemvConfig, device.Put(matrix).Cast<Vector4>(), device.Put(x).Cast<Vector4>(), y);
        return KernelCheck.Compare([.. matrix.Chunk(Columns).Select(row => Dot(row, x))], device.Get(y), Single);
    }

    private static KernelCheck GemvInt8(DeviceBuffers device, long seed)
    {
        sbyte[] weights = [.. device.Random(seed, Rows * Columns).Select(static w => (sbyte)MathF.Round(127 * w))];
        float[] scales = device.Random(seed, Rows);
        float[] x = device.Random(seed, Columns);
        ArrayView<float> y = device.Poisoned(Rows);
        uint[] words = [.. weights.Chunk(4).Select(static w => (byte)w[0] | ((uint)(byte)w[1] << 8) | ((uint)(byte)w[2] << 16) | ((uint)(byte)w[3] << 24))];
        var kernel = device.Accelerator.LoadStreamKernel<ArrayView<uint>, ArrayView<float>, ArrayView<Vector4>, ArrayView<float>>(GemvKernels.Int8);
        kernel(GemvConfig, device.Put(words), device.Put(scales), device.Put(x).Cast<Vector4>(), y);
        return KernelCheck.Compare([.. weights.Chunk(Columns).Select((row, i) => scales[i] * Dot([.. row.Select(static w => (float)w)], x))], device.Get(y), Single);
    }

    private static KernelCheck GemvInt4(DeviceBuffers device, long seed)
    {
        int[] weights = [.. device.Random(seed, Rows * Columns).Select(static w => Math.Clamp((int)MathF.Round(8 * w), -8, 7))];
        float[] scales = device.Random(seed, Rows * Columns / GemvKernels.GroupSize);
        float[] x = device.Random(seed, Columns);
        ArrayView<float> y = device.Poisoned(Rows);
        uint[] words = [.. weights.Chunk(8).Select(static eight => eight.Select(static (w, i) => (uint)(w + 8) << (4 * i)).Aggregate(static (a, b) => a | b))];
        var kernel = device.Accelerator.LoadStreamKernel<ArrayView<uint>, ArrayView<float>, ArrayView<Vector4>, ArrayView<float>>(GemvKernels.Int4);
        kernel(GemvConfig, device.Put(words), device.Put(scales), device.Put(x).Cast<Vector4>(), y);
        double[] expected = new double[Rows];
        for (int i = 0; i < weights.Length; i++)
        {
            expected[i / Columns] += (double)weights[i] * scales[i / GemvKernels.GroupSize] * x[i % Columns];
        }

        return KernelCheck.Compare(expected, device.Get(y), Single);
    }

    private static CheckedKernel Gemm(
        string name, Action<ArrayView<float>, ArrayView<float>, ArrayView<float>, int, int, int> kernel, int m, int n, int k, KernelConfig config) => new(
        name, [Entry.Of(kernel)], Single, NeedsCuda: false, (device, seed) =>
        {
            float[] a = device.Random(seed, m * k);
            float[] b = device.Random(seed, k * n);
            ArrayView<float> c = device.Poisoned(m * n);
            device.Accelerator.LoadStreamKernel(kernel)(config, device.Put(a), device.Put(b), c, m, n, k);
            return KernelCheck.Compare(Product(m, n, k, (i, l) => a[(i * k) + l], (l, j) => b[(l * n) + j]), device.Get(c), Single);
        });

    private static KernelCheck GemmTensor(DeviceBuffers device, long seed)
    {
        const int m = 2 * TensorGemmKernel.Tile;
        const int n = TensorGemmKernel.Tile;
        const int k = 3 * TensorGemmKernel.Depth;
        Half[] a = Halves(device.Random(seed, m * k));
        Half[] b = Halves(device.Random(seed, n * k));
        ArrayView<float> c = device.Poisoned(m * n);
        var kernel = device.Accelerator.LoadStreamKernel<ArrayView<uint>, ArrayView<uint>, long, int, int, int>(TensorGemmKernel.Multiply);
        var config = new KernelConfig(new Index3D(n / TensorGemmKernel.Tile, m / TensorGemmKernel.Tile, 1), new Index3D(TensorGemmKernel.Threads, 1, 1));
        kernel(config, device.Put(a).Cast<uint>(), device.Put(b).Cast<uint>(), c.LoadEffectiveAddressAsPtr(), m, n, k);
        return KernelCheck.Compare(Product(m, n, k, (i, l) => (float)a[(i * k) + l], (l, j) => (float)b[(j * k) + l]), device.Get(c), Tensor);
    }

    /// <summary>Numbers as half precision holds them.</summary>
    internal static Half[] Halves(float[] values) => [.. values.Select(static x => (Half)x)];

    private static double[] Product(int m, int n, int k, Func<int, int, double> a, Func<int, int, double> b)
    {
        double[] c = new double[m * n];
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                for (int l = 0; l < k; l++)
                {
                    c[(i * n) + j] += a(i, l) * b(l, j);
                }
            }
        }

        return c;
    }

    private static double Dot(float[] row, float[] x) => row.Zip(x, static (a, b) => (double)a * b).Sum();
}
