using ILGPU;

namespace LlmSim.Validation.Cuda.Kernels;

/// <summary>Kernels that do next to nothing but move data: what they reach is what device memory and its caches give.</summary>
/// <remarks>McCalpin 1995, "Memory Bandwidth and Machine Balance in Current High Performance Computers" (STREAM): copy and triad; and reading alone.</remarks>
public static class StreamKernels
{
    /// <summary>target = source; 32 bytes moved for each of the vectors.</summary>
    public static void Copy(ArrayView<Vector4> source, ArrayView<Vector4> target)
    {
        long stride = (long)Grid.DimX * Group.DimX;
        for (long i = Grid.GlobalLinearIndex; i < source.Length; i += stride)
        {
            target[i] = source[i];
        }
    }

    /// <summary>Sums of what each thread reads, one for each thread of the grid; 16 bytes moved for each of the vectors.</summary>
    public static void Read(ArrayView<Vector4> source, ArrayView<float> sums)
    {
        long stride = (long)Grid.DimX * Group.DimX;
        float sum = 0;
        for (long i = Grid.GlobalLinearIndex; i < source.Length; i += stride)
        {
            Vector4 v = source[i];
            sum += v.X + v.Y + (v.Z + v.W);
        }

        sums[Grid.GlobalLinearIndex] = sum;
    }

    /// <summary>target = left + factor x right; 48 bytes moved for each of the vectors.</summary>
    public static void Triad(ArrayView<Vector4> left, ArrayView<Vector4> right, ArrayView<Vector4> target, float factor)
    {
        long stride = (long)Grid.DimX * Group.DimX;
        for (long i = Grid.GlobalLinearIndex; i < left.Length; i += stride)
        {
            Vector4 a = left[i];
            Vector4 b = right[i];
            target[i] = new(a.X + (factor * b.X), a.Y + (factor * b.Y), a.Z + (factor * b.Z), a.W + (factor * b.W));
        }
    }

    /// <summary>Does nothing: what remains is the launch.</summary>
    public static void Empty(ArrayView<float> unused)
    {
        if (unused.Length < 0)
        {
            unused[0] = 0;
        }
    }
}
