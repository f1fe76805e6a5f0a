using ILGPU;
using ILGPU.Algorithms;

namespace LlmSim.Validation.Cuda.Kernels;

/// <summary>Operators over rows: reduction, softmax in three passes and online, layer and root-mean-square norms. A group of <see cref="Threads"/> takes a row.</summary>
public static class RowKernels
{
    /// <summary>Threads of a group.</summary>
    public const int Threads = 256;

    private const float Epsilon = 1e-5f;

    /// <summary>Sum of each row of <paramref name="source"/>, of as many as there are sums.</summary>
    public static void Sum(ArrayView<float> source, ArrayView<float> sums)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(Threads);
        long width = source.Length / sums.Length;
        float sum = 0;
        for (long i = Group.IdxX; i < width; i += Threads)
        {
            sum += source[(Grid.IdxX * width) + i];
        }

        sum = SumOf(shared, sum);
        if (Group.IdxX == 0)
        {
            sums[Grid.IdxX] = sum;
        }
    }

    /// <summary>Softmax of rows of a width: greatest, sum of exponentials, quotients: the row is read three times (and once more where it does not stay in a cache).</summary>
    public static void SoftmaxThreePass(ArrayView<float> source, ArrayView<float> target, int width)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(Threads);
        long row = (long)Grid.IdxX * width;
        float most = float.NegativeInfinity;
        for (int i = Group.IdxX; i < width; i += Threads)
        {
            most = XMath.Max(most, source[row + i]);
        }

        most = MaxOf(shared, most);
        float sum = 0;
        for (int i = Group.IdxX; i < width; i += Threads)
        {
            sum += XMath.Exp(source[row + i] - most);
        }

        sum = SumOf(shared, sum);
        for (int i = Group.IdxX; i < width; i += Threads)
        {
            target[row + i] = XMath.Exp(source[row + i] - most) / sum;
        }
    }

    /// <summary>Softmax of rows of a width with greatest and sum in one pass (Milakov 2018, arXiv 1805.02867): the row is read twice.</summary>
    public static void SoftmaxOnline(ArrayView<float> source, ArrayView<float> target, int width)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(Threads);
        long row = (long)Grid.IdxX * width;
        float most = float.NegativeInfinity;
        float sum = 0;
        for (int i = Group.IdxX; i < width; i += Threads)
        {
            float value = source[row + i];
            float greater = XMath.Max(most, value);
            sum = (sum * XMath.Exp(most - greater)) + XMath.Exp(value - greater);
            most = greater;
        }

        float whole = MaxOf(shared, most);
        sum = SumOf(shared, sum > 0 ? sum * XMath.Exp(most - whole) : 0);
        for (int i = Group.IdxX; i < width; i += Threads)
        {
            target[row + i] = XMath.Exp(source[row + i] - whole) / sum;
        }
    }

    /// <summary>(x - mean) / sqrt(variance + 1e-5) of rows of a width (Ba 2016, arXiv 1607.06450).</summary>
    public static void LayerNorm(ArrayView<float> source, ArrayView<float> target, int width)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(Threads);
        long row = (long)Grid.IdxX * width;
        float sum = 0;
        for (int i = Group.IdxX; i < width; i += Threads)
        {
            sum += source[row + i];
        }

        float mean = SumOf(shared, sum) / width;
        float squares = 0;
        for (int i = Group.IdxX; i < width; i += Threads)
        {
            float off = source[row + i] - mean;
            squares += off * off;
        }

        float scale = XMath.Rsqrt((SumOf(shared, squares) / width) + Epsilon);
        for (int i = Group.IdxX; i < width; i += Threads)
        {
            target[row + i] = (source[row + i] - mean) * scale;
        }
    }

    /// <summary>x / sqrt(mean of squares + 1e-5) of rows of a width (Zhang 2019, arXiv 1910.07467).</summary>
    public static void RmsNorm(ArrayView<float> source, ArrayView<float> target, int width)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(Threads);
        long row = (long)Grid.IdxX * width;
        float squares = 0;
        for (int i = Group.IdxX; i < width; i += Threads)
        {
            float value = source[row + i];
            squares += value * value;
        }

        float scale = XMath.Rsqrt((SumOf(shared, squares) / width) + Epsilon);
        for (int i = Group.IdxX; i < width; i += Threads)
        {
            target[row + i] = source[row + i] * scale;
        }
    }

    /// <summary>The sum over the group, on each of its threads.</summary>
    internal static float SumOf(ArrayView<float> shared, float value)
    {
        Group.Barrier();
        shared[Group.IdxX] = value;
        for (int half = Threads / 2; half > 0; half /= 2)
        {
            Group.Barrier();
            if (Group.IdxX < half)
            {
                shared[Group.IdxX] += shared[Group.IdxX + half];
            }
        }

        Group.Barrier();
        return shared[0];
    }

    private static float MaxOf(ArrayView<float> shared, float value)
    {
        Group.Barrier();
        shared[Group.IdxX] = value;
        for (int half = Threads / 2; half > 0; half /= 2)
        {
            Group.Barrier();
            if (Group.IdxX < half)
            {
                shared[Group.IdxX] = XMath.Max(shared[Group.IdxX], shared[Group.IdxX + half]);
            }
        }

        Group.Barrier();
        return shared[0];
    }
}
