namespace LlmSim.Model.Parallelism;

/// <summary>Where the ranks of one communication group lie.</summary>
/// <param name="Size">Ranks n in the group.</param>
/// <param name="RanksPerNode">
/// Ranks r of the group that share a node; the smaller number where nodes hold different numbers, because it feeds the slowest node.
/// </param>
/// <param name="Nodes">Scale-up domains that the group touches.</param>
public readonly record struct GroupPlacement(int Size, int RanksPerNode, int Nodes)
{
    /// <summary>Whether all ranks lie in one scale-up domain.</summary>
    public bool InsideOneDomain => Nodes <= 1;

    /// <summary>A group of <paramref name="size"/> ranks in one scale-up domain.</summary>
    public static GroupPlacement OneDomain(int size) => new(size, size, 1);
}

/// <summary>Why ranks talk to each other.</summary>
public enum GroupKind
{
    /// <summary>Ranks that share each matrix.</summary>
    Tensor,

    /// <summary>Ranks that share one sequence.</summary>
    Context,

    /// <summary>Ranks that hold the same dense weights and see different samples.</summary>
    Data,

    /// <summary>Ranks among which ZeRO spreads state: data- and context-parallel ones, or as many of them as hybrid sharding takes.</summary>
    Shard,

    /// <summary>Ranks that hold the same shard under hybrid sharding.</summary>
    ShardCopies,

    /// <summary>The stages of one pipeline.</summary>
    Pipeline,

    /// <summary>Ranks that hold different experts and exchange tokens.</summary>
    Expert,

    /// <summary>Ranks that hold copies of the same expert shard.</summary>
    ExpertData,
}
