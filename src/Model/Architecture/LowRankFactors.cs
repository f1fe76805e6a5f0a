using System.Collections.Immutable;

namespace LlmSim.Model.Architecture;

/// <summary>Matrices of a layer that are products of two of a rank: W of n x k becomes U of n x r and V of r x k (Denton 2014, arXiv 1404.0736, section 3.2).</summary>
/// <param name="Rank">Rank r; it saves parameters and work where r &lt; nk/(n + k).</param>
/// <param name="Targets">Which matrices; biases stay as they are.</param>
public sealed record LowRankFactors(int Rank, AdapterTargets Targets)
{
    /// <summary>The factored matrices of a layer.</summary>
    public static ImmutableArray<AdapterSite> Of(LayerSpec layer, double hidden) => layer.LowRank is { } factors ? AdapterSite.Of(layer, hidden, factors.Targets) : [];

    /// <summary>Parameters that one of t tensor-parallel ranks holds more than without factors; below zero where they save.</summary>
    public static double Added(LayerSpec layer, double hidden, int tensor) =>
        Of(layer, hidden).Sum(site => site.Parameters(layer.LowRank!.Rank, tensor) - (site.Inputs * site.Outputs / tensor));
}
