using System.Collections.Immutable;
using LlmSim.Model.Architecture;

namespace LlmSim.Model.Parallelism;

/// <summary>Ulysses gives each context-parallel rank whole heads, so that their number bounds the degree (Jacobs 2023, section 3.1).</summary>
internal static class UlyssesRules
{
    /// <summary>Checks query heads, and KV heads unless they are copied.</summary>
    public static void Check(ParallelLayout layout, TransformerArchitecture architecture, ImmutableArray<LayoutProblem>.Builder found)
    {
        if (layout.ContextKind != ContextKind.Ulysses || layout.Context == 1)
        {
            return;
        }

        foreach (SequenceMixer mixer in architecture.Layers.Select(static layer => layer.Mixer).Distinct())
        {
            (int heads, int keyHeads) = mixer switch
            {
                AttentionSpec attention => (attention.Heads, attention.KvHeads),
                LatentAttentionSpec latent => (latent.Heads, latent.Heads),
                StateSpaceSpec state => (state.ValueHeads, state.ValueHeads),
                _ => (layout.Tensor * layout.Context, layout.Tensor * layout.Context),
            };
            int ranks = layout.Tensor * layout.Context;
            if (heads % ranks != 0 || (keyHeads % ranks != 0 && ranks % keyHeads != 0))
            {
                string legal = string.Join(", ", Enumerable.Range(1, Math.Max(1, heads / layout.Tensor)).Where(context => IsLegal(heads, keyHeads, layout.Tensor * context)).Select(LayoutRules.Text));
                found.Add(new(
                    LayoutRule.ContextHeads,
                    LayoutSeverity.Error,
                    nameof(layout.Context),
                    $"under Ulysses {LayoutRules.Text(layout.Context)} context x {LayoutRules.Text(layout.Tensor)} tensor ranks do not share out {LayoutRules.Text(heads)} query "
                    + $"and {LayoutRules.Text(keyHeads)} KV heads whole; legal context degrees: {legal}"));
                return;
            }
        }
    }

    private static bool IsLegal(int heads, int keyHeads, int ranks) => heads % ranks == 0 && (keyHeads % ranks == 0 || ranks % keyHeads == 0);
}
