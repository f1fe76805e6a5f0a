using System.Collections.Immutable;
using LlmSim.Model.Architecture;
using LlmSim.Model.Hardware;

namespace LlmSim.Model.Parallelism;

/// <summary>The rules of tensor parallelism: which widths it has to divide.</summary>
internal static class TensorRules
{
    /// <summary>Adds every problem of the tensor degree to <paramref name="found"/>.</summary>
    public static void Check(
        ParallelLayout layout,
        TransformerArchitecture architecture,
        Cluster? cluster,
        ImmutableArray<LayoutProblem>.Builder found)
    {
        if (layout.Tensor == 1)
        {
            return;
        }

        foreach (SequenceMixer mixer in architecture.Layers.Select(static layer => layer.Mixer).Distinct())
        {
            CheckMixer(layout.Tensor, mixer, found);
        }

        foreach (FeedForwardSpec feedForward in architecture.Layers.Select(static layer => layer.FeedForward).OfType<FeedForwardSpec>().Distinct())
        {
            CheckFeedForward(layout, feedForward, found);
        }

        if (architecture.VocabularySize % layout.Tensor != 0)
        {
            int padded = (architecture.VocabularySize + layout.Tensor - 1) / layout.Tensor * layout.Tensor;
            Add(
                LayoutRule.TensorVocabulary,
                LayoutSeverity.Note,
                $"the vocabulary of {architecture.VocabularySize} is padded to {padded} to split "
                + $"into {layout.Tensor}; frameworks pad further, to a multiple of 64 or 128 per rank",
                found);
        }

        if (cluster is not null && layout.Tensor > cluster.Node.Devices)
        {
            Add(
                LayoutRule.TensorDomain,
                LayoutSeverity.Warning,
                $"tensor degree {layout.Tensor} reaches beyond the {cluster.Node.Devices} devices that {cluster.Node.ScaleUp.Name} "
                + $"joins: two exchanges a layer cross the network; advisable: up to {cluster.Node.Devices}",
                found);
        }
    }

    private static void CheckMixer(int tensor, SequenceMixer mixer, ImmutableArray<LayoutProblem>.Builder found)
    {
        (int heads, string name) = mixer switch
        {
            AttentionSpec attention => (attention.Heads, "query heads"),
            LatentAttentionSpec latent => (latent.Heads, "query heads"),
            StateSpaceSpec state => (state.ValueHeads, "value heads"),
            _ => throw new NotSupportedException($"no tensor rule for {mixer.GetType().Name}"),
        };
        if (heads % tensor != 0)
        {
            Add(
                LayoutRule.TensorHeads,
                LayoutSeverity.Error,
                $"tensor degree {tensor} does not divide the {heads} {name}, and a head is not split; legal: {LayoutRules.Divisors(heads)}",
                found);
        }

        if (mixer is AttentionSpec { KvHeads: int kvHeads } && kvHeads % tensor != 0)
        {
            CheckKvHeads(tensor, kvHeads, found);
        }
    }

    private static void CheckKvHeads(int tensor, int kvHeads, ImmutableArray<LayoutProblem>.Builder found)
    {
        if (tensor % kvHeads == 0)
        {
            Add(
                LayoutRule.TensorKvHeads,
                LayoutSeverity.Note,
                $"{kvHeads} KV heads on {tensor} tensor ranks: each is held {tensor / kvHeads} "
                + $"times, so the KV cache stops shrinking at tensor degree {kvHeads}",
                found);
            return;
        }

        Add(
            LayoutRule.TensorKvHeads,
            LayoutSeverity.Error,
            $"tensor degree {tensor} neither divides the {kvHeads} KV heads nor is a multiple "
            + $"of them; legal: {LayoutRules.Divisors(kvHeads)}, or multiples of {kvHeads}",
            found);
    }

    private static void CheckFeedForward(ParallelLayout layout, FeedForwardSpec feedForward, ImmutableArray<LayoutProblem>.Builder found)
    {
        switch (feedForward)
        {
            case DenseFeedForward dense:
                CheckWidth(layout.Tensor, dense.IntermediateSize, "feed-forward width", found);
                break;
            case MoeFeedForward moe:
                CheckWidth(ExpertSplit.TensorDegree(layout), moe.ExpertIntermediateSize, "width of an expert", found);
                CheckWidth(layout.Tensor, moe.SharedIntermediateSize, "width of the shared experts", found);
                break;
            default:
                throw new NotSupportedException($"no tensor rule for {feedForward.GetType().Name}");
        }
    }

    private static void CheckWidth(int tensor, int width, string name, ImmutableArray<LayoutProblem>.Builder found)
    {
        if (width % tensor != 0)
        {
            Add(
                LayoutRule.TensorFeedForward,
                LayoutSeverity.Error,
                $"a split over {tensor} tensor ranks does not divide the {name} of {width}; legal: {LayoutRules.Divisors(width, 64)}",
                found);
        }
    }

    private static void Add(LayoutRule rule, LayoutSeverity severity, string message, ImmutableArray<LayoutProblem>.Builder found) =>
        found.Add(new LayoutProblem(rule, severity, nameof(ParallelLayout.Tensor), message));
}
