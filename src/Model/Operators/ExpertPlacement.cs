using LlmSim.Model.Parallelism;

namespace LlmSim.Model.Operators;

/// <summary>How the experts of a layer lie on the ranks of a stage.</summary>
/// <param name="ExpertShards">Ranks that hold different experts.</param>
/// <param name="TensorShards">Parts into which each expert is split: tensor parallelism that expert parallelism leaves over.</param>
/// <param name="TokenGroups">Groups of ranks with different tokens among those that share the experts; one where all see the same tokens and no exchange is needed.</param>
/// <param name="TokensShared">Ranks that hold the same tokens and can each send a part of them.</param>
public readonly record struct ExpertPlacement(int ExpertShards, int TensorShards, int TokenGroups, int TokensShared)
{
    /// <summary>The placement of a layout: experts fill the tensor-parallel ranks first, then ranks with other tokens.</summary>
    public static ExpertPlacement Of(ParallelLayout layout)
    {
        int tensorShards = ExpertSplit.TensorDegree(layout);
        int groups = Math.Max(1, layout.Expert * tensorShards / layout.Tensor);
        return new(layout.Expert, tensorShards, groups, layout.Tensor);
    }

    /// <summary>Expected number of other groups that must see a token which visits <paramref name="topK"/> experts.</summary>
    /// <remarks>Distinct groups D(1 - (1 - 1/D)^k), of which the share (D - 1)/D is remote.</remarks>
    public double RemoteDestinations(int topK)
    {
        double groups = TokenGroups;
        return groups * (1 - Math.Pow(1 - (1 / groups), topK)) * (groups - 1) / groups;
    }
}
