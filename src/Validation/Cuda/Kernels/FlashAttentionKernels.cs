using ILGPU;
using ILGPU.Algorithms;
using Half = ILGPU.Half;

namespace LlmSim.Validation.Cuda.Kernels;

/// <summary>Attention that never writes its scores: tiles of 32 queries and 32 keys, with the softmax kept up as keys come.</summary>
/// <remarks>
/// <see cref="KeysOutside"/> is algorithm 1 of FlashAttention (Dao 2022, arXiv 2205.14135): a head walks over its keys, and for each tile of them over all queries,
/// whose output, maxima and sums go to memory and back. <see cref="QueriesOutside"/> is the order of FlashAttention-2 (Dao 2023, arXiv 2307.08691): a group keeps
/// its queries, and walks over the keys once. Matrices are heads x tokens x head size in half precision; tokens are a multiple of 32, the head size is 64.
/// Eight threads take a query: each four keys of a tile, and eight numbers of the output.
/// </remarks>
public static class FlashAttentionKernels
{
    /// <summary>Queries and keys of a tile.</summary>
    public const int Tile = 32;

    /// <summary>Threads of a group.</summary>
    public const int Threads = 256;

    /// <summary>Numbers of a head.</summary>
    public const int HeadSize = 64;

    private const int Lanes = 8;
    private const int Pitch = HeadSize + 1;
    private const float Scale = 0.125f;

    /// <summary>Attention in the order of FlashAttention-2; grid (tokens / 32, heads).</summary>
    public static void QueriesOutside(ArrayView<Half> q, ArrayView<Half> k, ArrayView<Half> v, ArrayView<float> output, int tokens, int causal)
    {
        ArrayView<float> queries = SharedMemory.Allocate<float>(Tile * Pitch);
        ArrayView<float> keys = SharedMemory.Allocate<float>(Tile * Pitch);
        ArrayView<float> values = SharedMemory.Allocate<float>(Tile * Pitch);
        ArrayView<float> weights = SharedMemory.Allocate<float>(Tile * (Tile + 1));
        long head = (long)Grid.IdxY * tokens * HeadSize;
        int first = Grid.IdxX * Tile;
        int row = Group.IdxX / Lanes;
        int lane = Group.IdxX % Lanes;
        Load(q, queries, head + ((long)first * HeadSize));
        var state = new RowState(float.NegativeInfinity, 0);
        Output o = default;
        int last = causal != 0 ? first + Tile : tokens;
        for (int start = 0; start < last; start += Tile)
        {
            Group.Barrier();
            Load(k, keys, head + ((long)start * HeadSize));
            Load(v, values, head + ((long)start * HeadSize));
            Group.Barrier();
            float before = state.Most;
            state = Score(queries, keys, weights, state, row, lane, causal != 0 ? first + row - start : Tile);
            Group.Barrier();
            o = Weigh(o, weights, values, before == float.NegativeInfinity ? 0 : XMath.Exp(before - state.Most), row, lane);
        }

        Store(output, head + ((first + (long)row) * HeadSize) + lane, o, 1 / state.Sum);
    }

    /// <summary>
    /// Attention in the order of FlashAttention's algorithm 1; grid (1, heads). <paramref name="output"/> holds zeros, <paramref name="most"/> (heads x tokens)
    /// minus infinity and <paramref name="sums"/> zeros.
    /// </summary>
    public static void KeysOutside(
        ArrayView<Half> q, ArrayView<Half> k, ArrayView<Half> v, ArrayView<float> output, ArrayView<float> most, ArrayView<float> sums, int tokens, int causal)
    {
        ArrayView<float> queries = SharedMemory.Allocate<float>(Tile * Pitch);
        ArrayView<float> keys = SharedMemory.Allocate<float>(Tile * Pitch);
        ArrayView<float> values = SharedMemory.Allocate<float>(Tile * Pitch);
        ArrayView<float> weights = SharedMemory.Allocate<float>(Tile * (Tile + 1));
        long head = (long)Grid.IdxY * tokens * HeadSize;
        long rows = (long)Grid.IdxY * tokens;
        int row = Group.IdxX / Lanes;
        int lane = Group.IdxX % Lanes;
        for (int start = 0; start < tokens; start += Tile)
        {
            Group.Barrier();
            Load(k, keys, head + ((long)start * HeadSize));
            Load(v, values, head + ((long)start * HeadSize));
            for (int first = causal != 0 ? start : 0; first < tokens; first += Tile)
            {
                Group.Barrier();
                Load(q, queries, head + ((long)first * HeadSize));
                Group.Barrier();
                var before = new RowState(most[rows + first + row], sums[rows + first + row]);
                RowState state = Score(queries, keys, weights, before, row, lane, causal != 0 ? first + row - start : Tile);
                Group.Barrier();
                long at = head + ((first + (long)row) * HeadSize) + lane;
                float kept = before.Most == float.NegativeInfinity ? 0 : before.Sum * XMath.Exp(before.Most - state.Most);
                Store(output, at, Weigh(Read(output, at), weights, values, kept, row, lane), 1 / state.Sum);
                if (lane == 0)
                {
                    most[rows + first + row] = state.Most;
                    sums[rows + first + row] = state.Sum;
                }
            }
        }
    }

    private static void Load(ArrayView<Half> source, ArrayView<float> tile, long first)
    {
        for (int i = Group.IdxX; i < Tile * HeadSize; i += Threads)
        {
            tile[(i / HeadSize * Pitch) + (i % HeadSize)] = (float)source[first + i];
        }
    }

    /// <summary>Scores of a row against the tile's keys up to and including <paramref name="until"/>, left as weights; the row's new maximum and sum.</summary>
    private static RowState Score(ArrayView<float> queries, ArrayView<float> keys, ArrayView<float> weights, RowState state, int row, int lane, int until)
    {
        float s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        for (int i = 0; i < HeadSize; i++)
        {
            float number = queries[(row * Pitch) + i];
            s0 += number * keys[(lane * Pitch) + i];
            s1 += number * keys[((lane + 8) * Pitch) + i];
            s2 += number * keys[((lane + 16) * Pitch) + i];
            s3 += number * keys[((lane + 24) * Pitch) + i];
        }

        s0 = lane <= until ? s0 * Scale : float.NegativeInfinity;
        s1 = lane + 8 <= until ? s1 * Scale : float.NegativeInfinity;
        s2 = lane + 16 <= until ? s2 * Scale : float.NegativeInfinity;
        s3 = lane + 24 <= until ? s3 * Scale : float.NegativeInfinity;
        float most = XMath.Max(state.Most, XMath.Max(XMath.Max(s0, s1), XMath.Max(s2, s3)));
        for (int offset = Lanes / 2; offset > 0; offset /= 2)
        {
            most = XMath.Max(most, Warp.ShuffleXor(most, offset));
        }

        (s0, s1, s2, s3) = (XMath.Exp(s0 - most), XMath.Exp(s1 - most), XMath.Exp(s2 - most), XMath.Exp(s3 - most));
        float sum = s0 + s1 + (s2 + s3);
        for (int offset = Lanes / 2; offset > 0; offset /= 2)
        {
            sum += Warp.ShuffleXor(sum, offset);
        }

        int at = (row * (Tile + 1)) + lane;
        weights[at] = s0;
        weights[at + 8] = s1;
        weights[at + 16] = s2;
        weights[at + 24] = s3;
        float old = state.Most == float.NegativeInfinity ? 0 : state.Sum * XMath.Exp(state.Most - most);
        return new(most, old + sum);
    }

    /// <summary>output x kept + weights x values, for eight numbers of a row that lie eight apart.</summary>
    private static Output Weigh(Output o, ArrayView<float> weights, ArrayView<float> values, float kept, int row, int lane)
    {
        float a = o.A * kept, b = o.B * kept, c = o.C * kept, d = o.D * kept, e = o.E * kept, f = o.F * kept, g = o.G * kept, h = o.H * kept;
        for (int i = 0; i < Tile; i++)
        {
            float weight = weights[(row * (Tile + 1)) + i];
            int at = (i * Pitch) + lane;
            (a, b) = (a + (weight * values[at]), b + (weight * values[at + 8]));
            (c, d) = (c + (weight * values[at + 16]), d + (weight * values[at + 24]));
            (e, f) = (e + (weight * values[at + 32]), f + (weight * values[at + 40]));
            (g, h) = (g + (weight * values[at + 48]), h + (weight * values[at + 56]));
        }

        return new(a, b, c, d, e, f, g, h);
    }

    private static Output Read(ArrayView<float> output, long at) => new(
        output[at], output[at + 8], output[at + 16], output[at + 24], output[at + 32], output[at + 40], output[at + 48], output[at + 56]);

    private static void Store(ArrayView<float> output, long at, Output o, float factor)
    {
        output[at] = o.A * factor;
        output[at + 8] = o.B * factor;
        output[at + 16] = o.C * factor;
        output[at + 24] = o.D * factor;
        output[at + 32] = o.E * factor;
        output[at + 40] = o.F * factor;
        output[at + 48] = o.G * factor;
        output[at + 56] = o.H * factor;
    }

    /// <summary>Greatest score of a row so far, and the sum of exponentials relative to it.</summary>
    private readonly record struct RowState(float Most, float Sum);

    /// <summary>Eight numbers of a row of the output.</summary>
    private readonly record struct Output(float A, float B, float C, float D, float E, float F, float G, float H);
}
