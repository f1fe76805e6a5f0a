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

    /// <summary>Single operators whose results are not kept.</summary>
    public RecomputedOperators Operators { get; init; }

    /// <summary>Format in which inputs of matrix products and of activation functions are kept; null for that of the activations.</summary>
    public NumberFormat? KeptInputs { get; init; }

    /// <summary>
    /// Whether results of experts are kept: the gradient of a routing weight needs them where it multiplies them. Where it multiplies the experts' inner
    /// activations instead, as Megatron-Core's memory-efficient permutation does, it needs what is kept anyway.
    /// </summary>
    public bool KeepsExpertResults { get; init; } = true;

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

    /// <summary>The format in which inputs of matrix products and of activation functions are kept.</summary>
    public NumberFormat InputFormat => KeptInputs ?? Format;

    /// <summary>Tokens of a micro-batch on one device: b·s/c.</summary>
    public double Tokens => (double)MicroBatch * Sequence / Layout.Context;

    /// <summary>By how much tensors between tensor-parallel regions are split: t under sequence parallelism, else 1.</summary>
    public int SequenceSplit => Layout.SequenceParallel ? Layout.Tensor : 1;

    /// <summary>Rows that a rank's experts compute for each of its tokens.</summary>
    internal double ExpertRows(MoeFeedForward moe)
    {
        ExpertPlacement placement = ExpertPlacement.Of(Layout);
        double uneven = ExpertTraffic?.RowFactor(moe, Tokens, placement.TokenGroups, placement.ExpertShards) ?? 1;
        return (double)moe.TopK * ExpertSplit.TensorDegree(Layout) / Layout.Tensor * uneven;
    }
}
