using LlmSim.Model.Architecture;
using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;
using LlmSim.Model.Parallelism;

namespace LlmSim.Model.Memory;

/// <summary>How activations of one micro-batch are kept.</summary>
public sealed record ActivationShape
{
    /// <summary>Sequences b in a micro-batch.</summary>
    public required int MicroBatch { get; init; }

    /// <summary>Tokens s in a sequence, before context parallelism.</summary>
    public required int Sequence { get; init; }

    /// <summary>How the layer is split.</summary>
    public ParallelLayout Layout { get; init; } = ParallelLayout.Single;

    /// <summary>What is recomputed.</summary>
    public RecomputeMode Recompute { get; init; }

    /// <summary>Whether scores are kept.</summary>
    public AttentionImplementation Attention { get; init; } = AttentionImplementation.Flash;

    /// <summary>Whether the layers drop out, which keeps one byte of mask per dropped value (classic layers of 2019-2022 do).</summary>
    public bool Dropout { get; init; }

    /// <summary>Format of the activations.</summary>
    public NumberFormat Format { get; init; } = NumberFormat.Bf16;

    /// <summary>What is trained of the layer.</summary>
    public LayerTraining Trained { get; init; }

    /// <summary>Adapters beside its matrices; null where the parameters themselves are trained.</summary>
    public LoraAdapters? Adapters { get; init; }

    /// <summary>How uneven the loads of experts are; null for even ones.</summary>
    public ExpertTraffic? ExpertTraffic { get; init; }

    /// <summary>Tokens of a micro-batch on one device: b·s/c.</summary>
    public double Tokens => (double)MicroBatch * Sequence / Layout.Context;

    /// <summary>By how much tensors between tensor-parallel regions are split: t under sequence parallelism, else 1.</summary>
    public int SequenceSplit => Layout.SequenceParallel ? Layout.Tensor : 1;
}
