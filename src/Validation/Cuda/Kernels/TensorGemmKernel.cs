using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Runtime.Cuda;

namespace LlmSim.Validation.Cuda.Kernels;

/// <summary>C = A B^T in half precision with sums in single precision, by the tensor cores' <c>mma.sync.m16n8k16</c> through inline PTX.</summary>
/// <remarks>
/// PTX ISA, section "Matrix Fragments for mma.m16n8k16 with floating point type": of a warp's lane with group g = lane / 4 and place t = lane % 4, words of A are
/// (g, 2t), (g + 8, 2t), (g, 2t + 8), (g + 8, 2t + 8), of B (2t, g), (2t + 8, g), and sums are (g, 2t), (g, 2t + 1), (g + 8, 2t), (g + 8, 2t + 1). The sums live
/// in registers that the PTX itself declares and stores to an address, as what passes through the compiler's references would land in local memory.
/// </remarks>
public static class TensorGemmKernel
{
    /// <summary>Edge of a group's tile of C.</summary>
    public const int Tile = 128;

    /// <summary>Threads of a group: eight warps, each with 64 x 32 of the tile.</summary>
    public const int Threads = 256;

    /// <summary>Numbers along k that lie in shared memory at a time; k is a multiple of it.</summary>
    public const int Depth = 32;

    /// <summary>Words (of two numbers) between rows in shared memory: four more than needed, so that a warp's words lie in different banks.</summary>
    private const int Pitch = (Depth / 2) + 4;

    /// <summary>C (m x n) = A (m x k) B^T (n x k), A and B in words of two half-precision numbers; m and n are multiples of <see cref="Tile"/>. C is an address.</summary>
    public static void Multiply(ArrayView<uint> a, ArrayView<uint> b, long c, int m, int n, int k)
    {
        ArrayView<uint> left = SharedMemory.Allocate<uint>(Tile * Pitch);
        ArrayView<uint> right = SharedMemory.Allocate<uint>(Tile * Pitch);
        int thread = Group.IdxX;
        int warp = thread / 32;
        int lane = thread % 32;
        int row = (warp / 4 * 64) + (lane / 4);
        int column = (warp % 4 * 32) + (lane / 4);
        int place = lane % 4;
        long words = k / 2;
        long top = (long)Grid.IdxY * Tile;
        long side = (long)Grid.IdxX * Tile;
        Declare();
        for (int start = 0; start < words; start += Depth / 2)
        {
            for (int i = thread; i < Tile * Depth / 2; i += Threads)
            {
                int line = i / (Depth / 2);
                int word = i % (Depth / 2);
                left[(line * Pitch) + word] = a[((top + line) * words) + start + word];
                right[(line * Pitch) + word] = b[((side + line) * words) + start + word];
            }

            Group.Barrier();
            Step(left, right, (row * Pitch) + place, (column * Pitch) + place);
            Step(left, right, (row * Pitch) + place + 8, (column * Pitch) + place + 8);
            Group.Barrier();
        }

        Store(c + (sizeof(float) * (((top + row) * n) + side + (warp % 4 * 32) + (2 * place))), (long)sizeof(float) * n);
    }

    /// <summary>Declares the sums and clears them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Declare()
    {
        CudaAsm.Emit(".reg .f32 c000, c001, c002, c003, c010, c011, c012, c013, c020, c021, c022, c023, c030, c031, c032, c033;");
        CudaAsm.Emit(".reg .f32 c100, c101, c102, c103, c110, c111, c112, c113, c120, c121, c122, c123, c130, c131, c132, c133;");
        CudaAsm.Emit(".reg .f32 c200, c201, c202, c203, c210, c211, c212, c213, c220, c221, c222, c223, c230, c231, c232, c233;");
        CudaAsm.Emit(".reg .f32 c300, c301, c302, c303, c310, c311, c312, c313, c320, c321, c322, c323, c330, c331, c332, c333;");
        CudaAsm.Emit("mov.f32 c000, 0f00000000; mov.f32 c001, 0f00000000; mov.f32 c002, 0f00000000; mov.f32 c003, 0f00000000;");
        CudaAsm.Emit("mov.f32 c010, 0f00000000; mov.f32 c011, 0f00000000; mov.f32 c012, 0f00000000; mov.f32 c013, 0f00000000;");
        CudaAsm.Emit("mov.f32 c020, 0f00000000; mov.f32 c021, 0f00000000; mov.f32 c022, 0f00000000; mov.f32 c023, 0f00000000;");
        CudaAsm.Emit("mov.f32 c030, 0f00000000; mov.f32 c031, 0f00000000; mov.f32 c032, 0f00000000; mov.f32 c033, 0f00000000;");
        CudaAsm.Emit("mov.f32 c100, 0f00000000; mov.f32 c101, 0f00000000; mov.f32 c102, 0f00000000; mov.f32 c103, 0f00000000;");
        CudaAsm.Emit("mov.f32 c110, 0f00000000; mov.f32 c111, 0f00000000; mov.f32 c112, 0f00000000; mov.f32 c113, 0f00000000;");
        CudaAsm.Emit("mov.f32 c120, 0f00000000; mov.f32 c121, 0f00000000; mov.f32 c122, 0f00000000; mov.f32 c123, 0f00000000;");
        CudaAsm.Emit("mov.f32 c130, 0f00000000; mov.f32 c131, 0f00000000; mov.f32 c132, 0f00000000; mov.f32 c133, 0f00000000;");
        CudaAsm.Emit("mov.f32 c200, 0f00000000; mov.f32 c201, 0f00000000; mov.f32 c202, 0f00000000; mov.f32 c203, 0f00000000;");
        CudaAsm.Emit("mov.f32 c210, 0f00000000; mov.f32 c211, 0f00000000; mov.f32 c212, 0f00000000; mov.f32 c213, 0f00000000;");
        CudaAsm.Emit("mov.f32 c220, 0f00000000; mov.f32 c221, 0f00000000; mov.f32 c222, 0f00000000; mov.f32 c223, 0f00000000;");
        CudaAsm.Emit("mov.f32 c230, 0f00000000; mov.f32 c231, 0f00000000; mov.f32 c232, 0f00000000; mov.f32 c233, 0f00000000;");
        CudaAsm.Emit("mov.f32 c300, 0f00000000; mov.f32 c301, 0f00000000; mov.f32 c302, 0f00000000; mov.f32 c303, 0f00000000;");
        CudaAsm.Emit("mov.f32 c310, 0f00000000; mov.f32 c311, 0f00000000; mov.f32 c312, 0f00000000; mov.f32 c313, 0f00000000;");
        CudaAsm.Emit("mov.f32 c320, 0f00000000; mov.f32 c321, 0f00000000; mov.f32 c322, 0f00000000; mov.f32 c323, 0f00000000;");
        CudaAsm.Emit("mov.f32 c330, 0f00000000; mov.f32 c331, 0f00000000; mov.f32 c332, 0f00000000; mov.f32 c333, 0f00000000;");
    }

    /// <summary>Sixteen numbers along k: 4 x 4 products of 16 x 8 a warp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(ArrayView<uint> left, ArrayView<uint> right, int l, int r)
    {
        (uint p0, uint q0) = (right[r + (0 * Pitch)], right[r + (0 * Pitch) + 4]);
        (uint p1, uint q1) = (right[r + (8 * Pitch)], right[r + (8 * Pitch) + 4]);
        (uint p2, uint q2) = (right[r + (16 * Pitch)], right[r + (16 * Pitch) + 4]);
        (uint p3, uint q3) = (right[r + (24 * Pitch)], right[r + (24 * Pitch) + 4]);
        int l0 = l + (0 * Pitch);
        (uint w0, uint x0, uint y0, uint z0) = (left[l0], left[l0 + (8 * Pitch)], left[l0 + 4], left[l0 + (8 * Pitch) + 4]);
        CudaAsm.Emit("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {c000, c001, c002, c003}, {%0, %1, %2, %3}, {%4, %5}, {c000, c001, c002, c003};", w0, x0, y0, z0, p0, q0);
        CudaAsm.Emit("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {c010, c011, c012, c013}, {%0, %1, %2, %3}, {%4, %5}, {c010, c011, c012, c013};", w0, x0, y0, z0, p1, q1);
        CudaAsm.Emit("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {c020, c021, c022, c023}, {%0, %1, %2, %3}, {%4, %5}, {c020, c021, c022, c023};", w0, x0, y0, z0, p2, q2);
        CudaAsm.Emit("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {c030, c031, c032, c033}, {%0, %1, %2, %3}, {%4, %5}, {c030, c031, c032, c033};", w0, x0, y0, z0, p3, q3);
        int l1 = l + (16 * Pitch);
        (uint w1, uint x1, uint y1, uint z1) = (left[l1], left[l1 + (8 * Pitch)], left[l1 + 4], left[l1 + (8 * Pitch) + 4]);
        CudaAsm.Emit("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {c100, c101, c102, c103}, {%0, %1, %2, %3}, {%4, %5}, {c100, c101, c102, c103};", w1, x1, y1, z1, p0, q0);
        CudaAsm.Emit("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {c110, c111, c112, c113}, {%0, %1, %2, %3}, {%4, %5}, {c110, c111, c112, c113};", w1, x1, y1, z1, p1, q1);
        CudaAsm.Emit("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {c120, c121, c122, c123}, {%0, %1, %2, %3}, {%4, %5}, {c120, c121, c122, c123};", w1, x1, y1, z1, p2, q2);
        CudaAsm.Emit("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {c130, c131, c132, c133}, {%0, %1, %2, %3}, {%4, %5}, {c130, c131, c132, c133};", w1, x1, y1, z1, p3, q3);
        int l2 = l + (32 * Pitch);
        (uint w2, uint x2, uint y2, uint z2) = (left[l2], left[l2 + (8 * Pitch)], left[l2 + 4], left[l2 + (8 * Pitch) + 4]);
        CudaAsm.Emit("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {c200, c201, c202, c203}, {%0, %1, %2, %3}, {%4, %5}, {c200, c201, c202, c203};", w2, x2, y2, z2, p0, q0);
        CudaAsm.Emit("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {c210, c211, c212, c213}, {%0, %1, %2, %3}, {%4, %5}, {c210, c211, c212, c213};", w2, x2, y2, z2, p1, q1);
        CudaAsm.Emit("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {c220, c221, c222, c223}, {%0, %1, %2, %3}, {%4, %5}, {c220, c221, c222, c223};", w2, x2, y2, z2, p2, q2);
        CudaAsm.Emit("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {c230, c231, c232, c233}, {%0, %1, %2, %3}, {%4, %5}, {c230, c231, c232, c233};", w2, x2, y2, z2, p3, q3);
        int l3 = l + (48 * Pitch);
        (uint w3, uint x3, uint y3, uint z3) = (left[l3], left[l3 + (8 * Pitch)], left[l3 + 4], left[l3 + (8 * Pitch) + 4]);
        CudaAsm.Emit("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {c300, c301, c302, c303}, {%0, %1, %2, %3}, {%4, %5}, {c300, c301, c302, c303};", w3, x3, y3, z3, p0, q0);
        CudaAsm.Emit("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {c310, c311, c312, c313}, {%0, %1, %2, %3}, {%4, %5}, {c310, c311, c312, c313};", w3, x3, y3, z3, p1, q1);
        CudaAsm.Emit("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {c320, c321, c322, c323}, {%0, %1, %2, %3}, {%4, %5}, {c320, c321, c322, c323};", w3, x3, y3, z3, p2, q2);
        CudaAsm.Emit("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {c330, c331, c332, c333}, {%0, %1, %2, %3}, {%4, %5}, {c330, c331, c332, c333};", w3, x3, y3, z3, p3, q3);
    }

    /// <summary>Stores the sums, each pair of neighbours at once.</summary>
    /// <param name="at">Address of the lane's first sum.</param>
    /// <param name="row">Bytes between rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(long at, long row)
    {
        CudaAsm.Emit("st.global.v2.f32 [%0], {c000, c001};", at + (0 * row) + 0);
        CudaAsm.Emit("st.global.v2.f32 [%0], {c002, c003};", at + (8 * row) + 0);
        CudaAsm.Emit("st.global.v2.f32 [%0], {c010, c011};", at + (0 * row) + 32);
        CudaAsm.Emit("st.global.v2.f32 [%0], {c012, c013};", at + (8 * row) + 32);
        CudaAsm.Emit("st.global.v2.f32 [%0], {c020, c021};", at + (0 * row) + 64);
        CudaAsm.Emit("st.global.v2.f32 [%0], {c022, c023};", at + (8 * row) + 64);
        CudaAsm.Emit("st.global.v2.f32 [%0], {c030, c031};", at + (0 * row) + 96);
        CudaAsm.Emit("st.global.v2.f32 [%0], {c032, c033};", at + (8 * row) + 96);
        CudaAsm.Emit("st.global.v2.f32 [%0], {c100, c101};", at + (16 * row) + 0);
        CudaAsm.Emit("st.global.v2.f32 [%0], {c102, c103};", at + (24 * row) + 0);
        CudaAsm.Emit("st.global.v2.f32 [%0], {c110, c111};", at + (16 * row) + 32);
        CudaAsm.Emit("st.global.v2.f32 [%0], {c112, c113};", at + (24 * row) + 32);
        CudaAsm.Emit("st.global.v2.f32 [%0], {c120, c121};", at + (16 * row) + 64);
        CudaAsm.Emit("st.global.v2.f32 [%0], {c122, c123};", at + (24 * row) + 64);
        CudaAsm.Emit("st.global.v2.f32 [%0], {c130, c131};", at + (16 * row) + 96);
        CudaAsm.Emit("st.global.v2.f32 [%0], {c132, c133};", at + (24 * row) + 96);
        CudaAsm.Emit("st.global.v2.f32 [%0], {c200, c201};", at + (32 * row) + 0);
        CudaAsm.Emit("st.global.v2.f32 [%0], {c202, c203};", at + (40 * row) + 0);
        CudaAsm.Emit("st.global.v2.f32 [%0], {c210, c211};", at + (32 * row) + 32);
        CudaAsm.Emit("st.global.v2.f32 [%0], {c212, c213};", at + (40 * row) + 32);
        CudaAsm.Emit("st.global.v2.f32 [%0], {c220, c221};", at + (32 * row) + 64);
        CudaAsm.Emit("st.global.v2.f32 [%0], {c222, c223};", at + (40 * row) + 64);
        CudaAsm.Emit("st.global.v2.f32 [%0], {c230, c231};", at + (32 * row) + 96);
        CudaAsm.Emit("st.global.v2.f32 [%0], {c232, c233};", at + (40 * row) + 96);
        CudaAsm.Emit("st.global.v2.f32 [%0], {c300, c301};", at + (48 * row) + 0);
        CudaAsm.Emit("st.global.v2.f32 [%0], {c302, c303};", at + (56 * row) + 0);
        CudaAsm.Emit("st.global.v2.f32 [%0], {c310, c311};", at + (48 * row) + 32);
        CudaAsm.Emit("st.global.v2.f32 [%0], {c312, c313};", at + (56 * row) + 32);
        CudaAsm.Emit("st.global.v2.f32 [%0], {c320, c321};", at + (48 * row) + 64);
        CudaAsm.Emit("st.global.v2.f32 [%0], {c322, c323};", at + (56 * row) + 64);
        CudaAsm.Emit("st.global.v2.f32 [%0], {c330, c331};", at + (48 * row) + 96);
        CudaAsm.Emit("st.global.v2.f32 [%0], {c332, c333};", at + (56 * row) + 96);
    }
}
