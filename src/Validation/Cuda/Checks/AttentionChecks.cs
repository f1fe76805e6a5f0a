using System.Collections.Immutable;
using ILGPU;
using ILGPU.Runtime;
using LlmSim.Validation.Cuda.Kernels;
using Half = ILGPU.Half;

namespace LlmSim.Validation.Cuda.Checks;

/// <summary>Attention against double precision.</summary>
internal static class AttentionChecks
{
    private const int Heads = 2;
    private const int Tokens = 64;
    private const double Tolerance = 1e-5;

    internal static ImmutableArray<CheckedKernel> Kernels { get; } =
    [
        .. Both("attention-unfused", Unfused, Entry.Of<ArrayView<Half>, ArrayView<Half>, ArrayView<float>, int, int, int>(AttentionKernels.Scores),
            Entry.Of<ArrayView<float>, ArrayView<Half>, ArrayView<float>, int, int>(AttentionKernels.Weigh)),
        .. Both("flash-2", QueriesOutside, Entry.Of<ArrayView<Half>, ArrayView<Half>, ArrayView<Half>, ArrayView<float>, int, int>(FlashAttentionKernels.QueriesOutside)),
        .. Both("flash-1", KeysOutside, Entry.Of<ArrayView<Half>, ArrayView<Half>, ArrayView<Half>, ArrayView<float>, ArrayView<float>, ArrayView<float>, int, int>(FlashAttentionKernels.KeysOutside)),
        new("decode-paged", [Entry.Of<ArrayView<Half>, ArrayView<Half>, ArrayView<Half>, ArrayView<int>, ArrayView<int>, ArrayView<float>, int>(DecodeAttentionKernel.Attend)],
            Tolerance, NeedsCuda: false, Decode),
    ];

    private delegate void Run(Accelerator accelerator, Inputs inputs, bool causal);

    private static IEnumerable<CheckedKernel> Both(string name, Run run, params ImmutableArray<System.Reflection.MethodInfo> entries) => new[] { false, true }
        .Select(causal => new CheckedKernel(causal ? name + "-causal" : name, entries, Tolerance, NeedsCuda: false, (device, seed) =>
        {
            var inputs = new Inputs(device, seed, FlashAttentionKernels.HeadSize);
            run(device.Accelerator, inputs, causal);
            return KernelCheck.Compare(inputs.Reference(causal), device.Get(inputs.Output), Tolerance);
        }));

    private static void Unfused(Accelerator accelerator, Inputs x, bool causal)
    {
        const int d = FlashAttentionKernels.HeadSize;
        ArrayView<float> scores = x.Device.Poisoned(Heads * Tokens * Tokens);
        ArrayView<float> weights = x.Device.Poisoned(Heads * Tokens * Tokens);
        var group = new Index3D(AttentionKernels.Edge * AttentionKernels.Edge, 1, 1);
        accelerator.LoadStreamKernel<ArrayView<Half>, ArrayView<Half>, ArrayView<float>, int, int, int>(AttentionKernels.Scores)(
            new KernelConfig(new Index3D(Tokens / AttentionKernels.Edge, Tokens / AttentionKernels.Edge, Heads), group), x.Q, x.K, scores, Tokens, d, causal ? 1 : 0);
        accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, int>(RowKernels.SoftmaxThreePass)(
            new KernelConfig(Heads * Tokens, RowKernels.Threads), scores, weights, Tokens);
        accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<Half>, ArrayView<float>, int, int>(AttentionKernels.Weigh)(
            new KernelConfig(new Index3D(d / AttentionKernels.Edge, Tokens / AttentionKernels.Edge, Heads), group), weights, x.V, x.Output, Tokens, d);
    }

    private static void QueriesOutside(Accelerator accelerator, Inputs x, bool causal)
    {
        var config = new KernelConfig(new Index3D(Tokens / FlashAttentionKernels.Tile, Heads, 1), new Index3D(FlashAttentionKernels.Threads, 1, 1));
        accelerator.LoadStreamKernel<ArrayView<Half>, ArrayView<Half>, ArrayView<Half>, ArrayView<float>, int, int>(FlashAttentionKernels.QueriesOutside)(
            config, x.Q, x.K, x.V, x.Output, Tokens, causal ? 1 : 0);
    }

    private static void KeysOutside(Accelerator accelerator, Inputs x, bool causal)
    {
        float[] most = new float[Heads * Tokens];
        Array.Fill(most, float.NegativeInfinity);
        x.Output.MemSetToZero();
        var config = new KernelConfig(new Index3D(1, Heads, 1), new Index3D(FlashAttentionKernels.Threads, 1, 1));
        var kernel = accelerator.LoadStreamKernel<ArrayView<Half>, ArrayView<Half>, ArrayView<Half>, ArrayView<float>, ArrayView<float>, ArrayView<float>, int, int>(
            FlashAttentionKernels.KeysOutside);
        kernel(config, x.Q, x.K, x.V, x.Output, x.Device.Put(most), x.Device.Put(new float[Heads * Tokens]), Tokens, causal ? 1 : 0);
    }

    private static KernelCheck Decode(DeviceBuffers device, long seed)
    {
        const int d = DecodeAttentionKernel.HeadSize;
        const int page = DecodeAttentionKernel.Page;
        int[] lengths = [1, 40, 23];
        const int pages = 3;
        int[] table = [8, 0, 1, 7, 2, 6, 5, 3, 4];
        Half[] q = ProductChecks.Halves(device.Random(seed, lengths.Length * Heads * d));
        Half[] keys = ProductChecks.Halves(device.Random(seed, table.Length * Heads * page * d));
        Half[] values = ProductChecks.Halves(device.Random(seed, table.Length * Heads * page * d));
        ArrayView<float> output = device.Poisoned(q.Length);
        var kernel = device.Accelerator.LoadStreamKernel<ArrayView<Half>, ArrayView<Half>, ArrayView<Half>, ArrayView<int>, ArrayView<int>, ArrayView<float>, int>(
            DecodeAttentionKernel.Attend);
        kernel(new KernelConfig(new Index3D(Heads, lengths.Length, 1), new Index3D(DecodeAttentionKernel.Threads, 1, 1)),
            device.Put(q), device.Put(keys), device.Put(values), device.Put(table), device.Put(lengths), output, Heads);
        double[] expected = new double[q.Length];
        for (int sequence = 0; sequence < lengths.Length; sequence++)
        {
            for (int head = 0; head < Heads; head++)
            {
                int first = ((sequence * Heads) + head) * d;
                int RowOf(int token) => ((((table[(sequence * pages) + (token / page)] * Heads) + head) * page) + (token % page)) * d;
                Attend(q.AsSpan(first, d), lengths[sequence], token => keys.AsSpan(RowOf(token), d), token => values.AsSpan(RowOf(token), d), expected.AsSpan(first, d));
            }
        }

        return KernelCheck.Compare(expected, device.Get(output), Tolerance);
    }

    private delegate Span<Half> RowAt(int token);

    /// <summary>Attention of one query in double precision, by its definition.</summary>
    private static void Attend(ReadOnlySpan<Half> query, int tokens, RowAt key, RowAt value, Span<double> output)
    {
        double[] weights = new double[tokens];
        for (int token = 0; token < tokens; token++)
        {
            Span<Half> row = key(token);
            for (int i = 0; i < query.Length; i++)
            {
                weights[token] += (double)(float)query[i] * (float)row[i] / Math.Sqrt(query.Length);
            }
        }

        double sum = weights.Sum(Math.Exp);
        for (int token = 0; token < tokens; token++)
        {
            Span<Half> row = value(token);
            for (int i = 0; i < output.Length; i++)
            {
                output[i] += Math.Exp(weights[token]) / sum * (float)row[i];
            }
        }
    }

    /// <summary>Queries, keys and values of some heads.</summary>
    private sealed class Inputs
    {
        private readonly int _d;
        private readonly Half[] _q;
        private readonly Half[] _k;
        private readonly Half[] _v;

        internal Inputs(DeviceBuffers device, long seed, int d)
        {
            (Device, _d) = (device, d);
            int length = Heads * Tokens * d;
            (_q, _k, _v) = (Random(), Random(), Random());
            (Q, K, V, Output) = (device.Put(_q), device.Put(_k), device.Put(_v), device.Poisoned(length));
            Half[] Random() => ProductChecks.Halves([.. device.Random(seed, length).Select(static x => 3 * x)]);
        }

        internal DeviceBuffers Device { get; }

        internal ArrayView<Half> Q { get; }

        internal ArrayView<Half> K { get; }

        internal ArrayView<Half> V { get; }

        internal ArrayView<float> Output { get; }

        internal double[] Reference(bool causal)
        {
            double[] output = new double[_q.Length];
            for (int row = 0; row < Heads * Tokens; row++)
            {
                int head = row / Tokens * Tokens;
                Attend(
                    _q.AsSpan(row * _d, _d), causal ? row - head + 1 : Tokens,
                    token => _k.AsSpan((head + token) * _d, _d), token => _v.AsSpan((head + token) * _d, _d), output.AsSpan(row * _d, _d));
            }

            return output;
        }
    }
}
