using System.Collections.Immutable;

namespace LlmSim.Schedules.Pipelines;

/// <summary>Writes the eight phases that DualPipe and DualPipeV share. Owns the passes of one stage so far and the weight gradients that were put off.</summary>
/// <param name="near">The chunk that micro-batches reach first on this stage.</param>
/// <param name="far">The stage's other chunk.</param>
/// <param name="microBatches">Micro-batches that pass each chunk.</param>
/// <param name="secondCopyStartsAt">Number of the first micro-batch on chunk 1: the second half under two copies, 0 under one.</param>
internal sealed class DualPassWriter(int near, int far, int microBatches, int secondCopyStartsAt)
{
    private readonly ImmutableArray<Pass>.Builder _passes = ImmutableArray.CreateBuilder<Pass>(4 * microBatches);
    private readonly Queue<Pass> _putOff = new();
    private readonly int[] _forwards = new int[2];
    private readonly int[] _backwards = new int[2];

    /// <summary>Phase 1: forwards of the near chunk alone.</summary>
    internal void FillNear(int times) => Repeat(times, _ => Forward(near));

    /// <summary>Phase 2: forwards of both chunks in turn.</summary>
    internal void FillBoth(int times) => Repeat(times, _ =>
    {
        Forward(near);
        Forward(far);
    });

    /// <summary>Phase 3: a backward of the far chunk in two parts, then its next forward.</summary>
    internal void BackwardWeightForward(int times) => Repeat(times, _ =>
    {
        Backward(far, isSplit: true);
        Weight();
        Forward(far);
    });

    /// <summary>Phase 4: overlapped pairs in turn; the stage where the directions meet does not overlap the first, which shortens its bubble.</summary>
    internal void Steady(int times, bool isFirstApart) => Repeat(times, i =>
    {
        if (i == 0 && isFirstApart)
        {
            Forward(near);
            Backward(far, isSplit: false);
        }
        else
        {
            Pair(near, far);
        }

        Pair(far, near);
    });

    /// <summary>Phase 5: a backward of the far chunk, then a pair.</summary>
    internal void BackwardAndPair(int times) => Repeat(times, _ =>
    {
        Backward(far, isSplit: false);
        Pair(far, near);
    });

    /// <summary>Phase 6: backwards of both chunks in turn; in its second half the weight gradients are put off.</summary>
    internal void DrainBoth(int times)
    {
        for (int i = 0; i < times; i++)
        {
            Backward(far, isSplit: (2 * i) + 1 > times);
            Backward(near, isSplit: (2 * i) + 2 > times);
        }
    }

    /// <summary>Phase 7: a weight gradient that was put off, then a backward of the near chunk.</summary>
    internal void WeightAndBackward(int times) => Repeat(times, _ =>
    {
        Weight();
        Backward(near, isSplit: true);
    });

    /// <summary>Phase 8: the weight gradients that are left.</summary>
    internal void Weights() => Repeat(_putOff.Count, _ => Weight());

    /// <summary>The passes of the stage.</summary>
    internal ImmutableArray<Pass> Done() => _passes.ToImmutable();

    private static void Repeat(int times, Action<int> phase)
    {
        for (int i = 0; i < times; i++)
        {
            phase(i);
        }
    }

    private void Forward(int chunk) => _passes.Add(new(PassKind.Forward, Next(_forwards, chunk), chunk));

    private void Pair(int forward, int backward) => _passes.Add(Pass.Pair(Next(_forwards, forward), forward, Next(_backwards, backward), backward));

    private void Backward(int chunk, bool isSplit)
    {
        int microBatch = Next(_backwards, chunk);
        _passes.Add(new(isSplit ? PassKind.BackwardInput : PassKind.Backward, microBatch, chunk));
        if (isSplit)
        {
            _putOff.Enqueue(new(PassKind.BackwardWeight, microBatch, chunk));
        }
    }

    private void Weight() => _passes.Add(_putOff.Dequeue());

    private int Next(int[] counts, int chunk) => counts[chunk]++ + (chunk == 0 ? 0 : secondCopyStartsAt);
}
