namespace LlmSim.Planning.Scenarios;

/// <summary>What a training framework does on its own.</summary>
public sealed record FrameworkOptions
{
    /// <summary>Whether the loss is one kernel over the logits.</summary>
    public required bool FusedLoss { get; init; }

    /// <summary>Whether the vocabulary is padded so that rows of logits are aligned.</summary>
    public required bool PaddedVocabulary { get; init; }

    /// <summary>Whether tensor-parallel ranks each send their share between stages.</summary>
    public required bool ScatterGather { get; init; }

    /// <summary>Whether selective recomputation runs every second matrix product again.</summary>
    public required bool SelectiveProducts { get; init; }

    /// <summary>Whether full sharding frees parameters after each pass; null for what is usual.</summary>
    public bool? ReshardAfterForward { get; init; }

    /// <summary>Whether full sharding scatters gradients in every micro-batch; null for what is usual.</summary>
    public bool? ScatterEachMicroBatch { get; init; }

    /// <summary>Whether results of experts are kept for the backward pass.</summary>
    public required bool KeepExpertResults { get; init; }

    /// <summary>Whether messages and exchanges share links.</summary>
    public required bool SharedLinks { get; init; }
}
