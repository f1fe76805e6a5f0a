using ILGPU;

namespace LlmSim.Validation.Cuda.Kernels;

/// <summary>Matrix products C = A B in single precision: one output a thread straight from memory, and tiles in shared memory with 4 x 4 outputs a thread.</summary>
public static class GemmKernels
{
    /// <summary>Edge of a group of the naive product, in threads.</summary>
    public const int NaiveEdge = 16;

    /// <summary>Edge of a tile of the tiled product.</summary>
    public const int Tile = 64;

    /// <summary>Threads of a group of the tiled product.</summary>
    public const int TileThreads = 256;

    private const int Depth = 16;

    /// <summary>C (m x n) = A (m x k) B (k x n), row by row; a group has <see cref="NaiveEdge"/> squared threads.</summary>
    public static void Naive(ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, int m, int n, int k)
    {
        int row = (Grid.IdxY * NaiveEdge) + (Group.IdxX / NaiveEdge);
        int column = (Grid.IdxX * NaiveEdge) + (Group.IdxX % NaiveEdge);
        if (row >= m || column >= n)
        {
            return;
        }

        float sum = 0;
        for (int i = 0; i < k; i++)
        {
            sum += a[((long)row * k) + i] * b[((long)i * n) + column];
        }

        c[((long)row * n) + column] = sum;
    }

    /// <summary>The same by tiles of <see cref="Tile"/> squared; m and n are multiples of it, k of 16.</summary>
    public static void Tiled(ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, int m, int n, int k)
    {
        ArrayView<float> left = SharedMemory.Allocate<float>(Tile * Depth);
        ArrayView<float> right = SharedMemory.Allocate<float>(Depth * Tile);
        int thread = Group.IdxX;
        int row = thread / 16 * 4;
        int column = thread % 16 * 4;
        long top = (long)Grid.IdxY * Tile;
        long side = (long)Grid.IdxX * Tile;
        float c00 = 0, c01 = 0, c02 = 0, c03 = 0, c10 = 0, c11 = 0, c12 = 0, c13 = 0;
        float c20 = 0, c21 = 0, c22 = 0, c23 = 0, c30 = 0, c31 = 0, c32 = 0, c33 = 0;
        for (int start = 0; start < k; start += Depth)
        {
            for (int i = thread; i < Tile * Depth; i += TileThreads)
            {
                // The left tile lies transposed, so that a thread's four rows are next to each other.
                left[(i % Depth * Tile) + (i / Depth)] = a[((top + (i / Depth)) * k) + start + (i % Depth)];
                right[i] = b[((long)(start + (i / Tile)) * n) + side + (i % Tile)];
            }

            Group.Barrier();
            for (int i = 0; i < Depth; i++)
            {
                int l = (i * Tile) + row;
                int r = (i * Tile) + column;
                float a0 = left[l], a1 = left[l + 1], a2 = left[l + 2], a3 = left[l + 3];
                float b0 = right[r], b1 = right[r + 1], b2 = right[r + 2], b3 = right[r + 3];
                (c00, c01, c02, c03) = (c00 + (a0 * b0), c01 + (a0 * b1), c02 + (a0 * b2), c03 + (a0 * b3));
                (c10, c11, c12, c13) = (c10 + (a1 * b0), c11 + (a1 * b1), c12 + (a1 * b2), c13 + (a1 * b3));
                (c20, c21, c22, c23) = (c20 + (a2 * b0), c21 + (a2 * b1), c22 + (a2 * b2), c23 + (a2 * b3));
                (c30, c31, c32, c33) = (c30 + (a3 * b0), c31 + (a3 * b1), c32 + (a3 * b2), c33 + (a3 * b3));
            }

            Group.Barrier();
        }

        Store(c, ((top + row) * n) + side + column, c00, c01, c02, c03);
        Store(c, ((top + row + 1) * n) + side + column, c10, c11, c12, c13);
        Store(c, ((top + row + 2) * n) + side + column, c20, c21, c22, c23);
        Store(c, ((top + row + 3) * n) + side + column, c30, c31, c32, c33);
    }

    private static void Store(ArrayView<float> c, long at, float c0, float c1, float c2, float c3)
    {
        c[at] = c0;
        c[at + 1] = c1;
        c[at + 2] = c2;
        c[at + 3] = c3;
    }
}
