using ILGPU;
using ILGPU.Algorithms;
using Half = ILGPU.Half;

namespace LlmSim.Validation.Cuda.Kernels;

/// <summary>Attention that writes its scores: a product, a softmax and a product, with n x n numbers in memory between them.</summary>
/// <remarks>Vaswani 2017, arXiv 1706.03762, section 3.2.1. Matrices are heads x tokens x head size, row by row, in half precision.</remarks>
public static class AttentionKernels
{
    /// <summary>Edge of a group of the products, in threads.</summary>
    public const int Edge = 16;

    /// <summary>scores = Q K^T / sqrt(d); grid (tokens / 16, tokens / 16, heads) of 256 threads. Tokens and d are multiples of 16.</summary>
    public static void Scores(ArrayView<Half> q, ArrayView<Half> k, ArrayView<float> scores, int tokens, int d, int causal)
    {
        ArrayView<float> left = SharedMemory.Allocate<float>(Edge * Edge);
        ArrayView<float> right = SharedMemory.Allocate<float>(Edge * (Edge + 1));
        int y = Group.IdxX / Edge;
        int x = Group.IdxX % Edge;
        int row = (Grid.IdxY * Edge) + y;
        int column = (Grid.IdxX * Edge) + x;
        long head = (long)Grid.IdxZ * tokens * d;
        float sum = 0;
        for (int start = 0; start < d; start += Edge)
        {
            left[Group.IdxX] = (float)q[head + ((long)row * d) + start + x];
            right[(x * (Edge + 1)) + y] = (float)k[head + (((long)(Grid.IdxX * Edge) + y) * d) + start + x];
            Group.Barrier();
            for (int i = 0; i < Edge; i++)
            {
                sum += left[(y * Edge) + i] * right[(i * (Edge + 1)) + x];
            }

            Group.Barrier();
        }

        float score = causal != 0 && column > row ? float.NegativeInfinity : sum * XMath.Rsqrt((float)d);
        scores[((((long)Grid.IdxZ * tokens) + row) * tokens) + column] = score;
    }

    /// <summary>output = P V; grid (d / 16, tokens / 16, heads) of 256 threads.</summary>
    public static void Weigh(ArrayView<float> weights, ArrayView<Half> v, ArrayView<float> output, int tokens, int d)
    {
        ArrayView<float> left = SharedMemory.Allocate<float>(Edge * Edge);
        ArrayView<float> right = SharedMemory.Allocate<float>(Edge * Edge);
        int y = Group.IdxX / Edge;
        int x = Group.IdxX % Edge;
        int row = (Grid.IdxY * Edge) + y;
        int column = (Grid.IdxX * Edge) + x;
        long head = (long)Grid.IdxZ * tokens;
        float sum = 0;
        for (int start = 0; start < tokens; start += Edge)
        {
            left[Group.IdxX] = weights[((head + row) * tokens) + start + x];
            right[Group.IdxX] = (float)v[((head + start + y) * d) + column];
            Group.Barrier();
            for (int i = 0; i < Edge; i++)
            {
                sum += left[(y * Edge) + i] * right[(i * Edge) + x];
            }

            Group.Barrier();
        }

        output[((head + row) * d) + column] = sum;
    }
}
