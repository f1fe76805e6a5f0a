using ILGPU;

namespace LlmSim.Validation.Cuda.Kernels;

/// <summary>Matrix times vector, as one decoding sequence needs it: each weight is read once. A warp takes a row; weights in 32, 8 or 4 bits.</summary>
public static class GemvKernels
{
    /// <summary>Threads of a group: four warps.</summary>
    public const int Threads = 128;

    /// <summary>Weights of a row that share a scale where they have 4 bits.</summary>
    public const int GroupSize = 128;

    private const int Lanes = 32;

    /// <summary>y = A x with A of rows x columns; columns are a multiple of four.</summary>
    public static void Single(ArrayView<Vector4> matrix, ArrayView<Vector4> x, ArrayView<float> y)
    {
        int row = (Grid.IdxX * (Threads / Lanes)) + (Group.IdxX / Lanes);
        if (row >= y.Length)
        {
            return;
        }

        long first = row * x.Length;
        float sum = 0;
        for (long i = Group.IdxX % Lanes; i < x.Length; i += Lanes)
        {
            Vector4 a = matrix[first + i];
            Vector4 b = x[i];
            sum += (a.X * b.X) + (a.Y * b.Y) + (a.Z * b.Z) + (a.W * b.W);
        }

        Store(sum, row, y);
    }

    /// <summary>y = A x with weights of 8 bits, four in a word, and a scale for each row.</summary>
    public static void Int8(ArrayView<uint> matrix, ArrayView<float> scales, ArrayView<Vector4> x, ArrayView<float> y)
    {
        int row = (Grid.IdxX * (Threads / Lanes)) + (Group.IdxX / Lanes);
        if (row >= y.Length)
        {
            return;
        }

        long first = row * x.Length;
        float sum = 0;
        for (long i = Group.IdxX % Lanes; i < x.Length; i += Lanes)
        {
            uint word = matrix[first + i];
            Vector4 b = x[i];
            sum += ((sbyte)word * b.X) + ((sbyte)(word >> 8) * b.Y) + ((sbyte)(word >> 16) * b.Z) + ((sbyte)(word >> 24) * b.W);
        }

        Store(sum * scales[row], row, y);
    }

    /// <summary>y = A x with weights of 4 bits around 8, eight in a word, and a scale for each <see cref="GroupSize"/> of a row.</summary>
    public static void Int4(ArrayView<uint> matrix, ArrayView<float> scales, ArrayView<Vector4> x, ArrayView<float> y)
    {
        int row = (Grid.IdxX * (Threads / Lanes)) + (Group.IdxX / Lanes);
        if (row >= y.Length)
        {
            return;
        }

        const int WordsOfGroup = GroupSize / 8;
        long words = x.Length / 2;
        long first = row * words;
        float sum = 0;
        for (long i = Group.IdxX % Lanes; i < words; i += Lanes)
        {
            uint word = matrix[first + i];
            Vector4 low = x[2 * i];
            Vector4 high = x[(2 * i) + 1];
            float part = (Weight(word, 0) * low.X) + (Weight(word, 4) * low.Y) + (Weight(word, 8) * low.Z) + (Weight(word, 12) * low.W)
                + (Weight(word, 16) * high.X) + (Weight(word, 20) * high.Y) + (Weight(word, 24) * high.Z) + (Weight(word, 28) * high.W);
            sum += part * scales[(row * (words / WordsOfGroup)) + (i / WordsOfGroup)];
        }

        Store(sum, row, y);
    }

    private static float Weight(uint word, int shift) => (int)((word >> shift) & 15) - 8;

    private static void Store(float sum, int row, ArrayView<float> y)
    {
        for (int offset = Lanes / 2; offset > 0; offset /= 2)
        {
            sum += Warp.ShuffleDown(sum, offset);
        }

        if (Group.IdxX % Lanes == 0)
        {
            y[row] = sum;
        }
    }
}
