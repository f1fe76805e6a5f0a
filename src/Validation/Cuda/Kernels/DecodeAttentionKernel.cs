using ILGPU;
using ILGPU.Algorithms;
using Half = ILGPU.Half;

namespace LlmSim.Validation.Cuda.Kernels;

/// <summary>Attention of one new token over a KV cache in pages (Kwon 2023, arXiv 2309.06180, section 4.1). A group takes a sequence's head, a warp every fourth token.</summary>
public static class DecodeAttentionKernel
{
    /// <summary>Threads of a group: four warps.</summary>
    public const int Threads = 128;

    /// <summary>Tokens of a page.</summary>
    public const int Page = 16;

    /// <summary>Numbers of a head: four for each lane.</summary>
    public const int HeadSize = 128;

    private const int Warps = Threads / 32;
    private const float Scale = 0.08838834764831845f;

    /// <summary>
    /// output (sequences x heads x 128) of q (likewise) over pages (pages x heads x 16 x 128) that a table (sequences x pages of the longest) names; grid
    /// (heads, sequences).
    /// </summary>
    public static void Attend(
        ArrayView<Half> q, ArrayView<Half> keys, ArrayView<Half> values, ArrayView<int> table, ArrayView<int> lengths, ArrayView<float> output, int heads)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(Warps * (HeadSize + 2));
        int warp = Group.IdxX / 32;
        int lane = Group.IdxX % 32;
        int length = lengths[Grid.IdxY];
        long pages = table.Length / lengths.Length;
        long at = ((((long)Grid.IdxY * heads) + Grid.IdxX) * HeadSize) + lane;
        float q0 = (float)q[at], q1 = (float)q[at + 32], q2 = (float)q[at + 64], q3 = (float)q[at + 96];
        float most = float.NegativeInfinity, sum = 0, o0 = 0, o1 = 0, o2 = 0, o3 = 0;
        for (int token = warp; token < length; token += Warps)
        {
            long page = table[(Grid.IdxY * pages) + (token / Page)];
            long row = ((((page * heads) + Grid.IdxX) * Page) + (token % Page)) * HeadSize;
            float score = (q0 * (float)keys[row + lane]) + (q1 * (float)keys[row + lane + 32]) + (q2 * (float)keys[row + lane + 64]) + (q3 * (float)keys[row + lane + 96]);
            for (int offset = 16; offset > 0; offset /= 2)
            {
                score += Warp.ShuffleXor(score, offset);
            }

            score *= Scale;
            float greater = XMath.Max(most, score);
            float kept = XMath.Exp(most - greater);
            float weight = XMath.Exp(score - greater);
            (most, sum) = (greater, (sum * kept) + weight);
            o0 = (o0 * kept) + (weight * (float)values[row + lane]);
            o1 = (o1 * kept) + (weight * (float)values[row + lane + 32]);
            o2 = (o2 * kept) + (weight * (float)values[row + lane + 64]);
            o3 = (o3 * kept) + (weight * (float)values[row + lane + 96]);
        }

        int mine = warp * (HeadSize + 2);
        shared[mine + lane] = o0;
        shared[mine + lane + 32] = o1;
        shared[mine + lane + 64] = o2;
        shared[mine + lane + 96] = o3;
        if (lane == 0)
        {
            shared[mine + HeadSize] = most;
            shared[mine + HeadSize + 1] = sum;
        }

        Group.Barrier();
        Join(shared, output, ((((long)Grid.IdxY * heads) + Grid.IdxX) * HeadSize) + Group.IdxX);
    }

    /// <summary>One number of the output out of the parts of all warps.</summary>
    private static void Join(ArrayView<float> shared, ArrayView<float> output, long at)
    {
        float most = float.NegativeInfinity;
        for (int warp = 0; warp < Warps; warp++)
        {
            most = XMath.Max(most, shared[(warp * (HeadSize + 2)) + HeadSize]);
        }

        float sum = 0;
        float number = 0;
        for (int warp = 0; warp < Warps; warp++)
        {
            int part = warp * (HeadSize + 2);
            float factor = XMath.Exp(shared[part + HeadSize] - most);
            sum += shared[part + HeadSize + 1] * factor;
            number += shared[part + Group.IdxX] * factor;
        }

        output[at] = number / sum;
    }
}
