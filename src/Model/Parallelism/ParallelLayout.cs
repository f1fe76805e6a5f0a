namespace LlmSim.Model.Parallelism;

/// <summary>How a model is spread over devices. All degrees are at least one.</summary>
/// <remarks>
/// Ranks are numbered tensor fastest, then context, then data, then pipeline (Narayanan 2021, section 3).
/// Experts are spread over ranks of the tensor x context x data group of a stage.
/// </remarks>
public sealed record ParallelLayout
{
    /// <summary>One device.</summary>
    public static readonly ParallelLayout Single = new();

    /// <summary>Tensor parallel degree t: each matrix is split over this many devices.</summary>
    public int Tensor { get; init; } = 1;

    /// <summary>Pipeline stages p.</summary>
    public int Pipeline { get; init; } = 1;

    /// <summary>Chunks of layers v that each device holds under interleaving; one otherwise.</summary>
    public int VirtualStages { get; init; } = 1;

    /// <summary>Data parallel degree: replicas that see different samples.</summary>
    public int Data { get; init; } = 1;

    /// <summary>Context parallel degree: devices that share one sequence.</summary>
    public int Context { get; init; } = 1;

    /// <summary>How ranks that share a sequence attend to all of it.</summary>
    public ContextKind ContextKind { get; init; }

    /// <summary>Expert parallel degree: groups that hold different experts.</summary>
    public int Expert { get; init; } = 1;

    /// <summary>Whether norms and dropouts between tensor-parallel regions are split along the sequence (Korthikanti 2022).</summary>
    public bool SequenceParallel { get; init; }

    /// <summary>ZeRO stage: 0 nothing, 1 optimizer state, 2 and gradients, 3 and parameters (FSDP) are spread over data-parallel ranks.</summary>
    public int ZeroStage { get; init; }

    /// <summary>Data- and context-parallel ranks among which ZeRO spreads state, each such group holding a copy (hybrid sharding); zero for all of them.</summary>
    public int ShardRanks { get; init; }

    /// <summary>Ranks among which ZeRO spreads state.</summary>
    public int StateShards => ShardRanks > 0 ? Math.Min(ShardRanks, Data * Context) : Data * Context;

    /// <summary>Groups that each hold a copy of the spread state.</summary>
    public int ShardCopies => Data * Context / StateShards;

    /// <summary>Devices that one copy of the model with its layout occupies.</summary>
    public int WorldSize => Tensor * Pipeline * Data * Context;
}
