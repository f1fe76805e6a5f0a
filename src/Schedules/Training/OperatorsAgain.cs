using System.Collections.Immutable;
using LlmSim.Model.Architecture;
using LlmSim.Model.Operators;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Training;

/// <summary>Single operators of a layer that the backward pass runs again.</summary>
/// <remarks>DeepSeek-AI 2024 (arXiv 2412.19437), section 3.2.3.</remarks>
internal static class OperatorsAgain
{
    /// <summary>Those of a forward graph, in its order.</summary>
    public static ImmutableArray<Operator> Of(OperatorGraph forward, RecomputedOperators chosen) =>
        chosen == RecomputedOperators.None ? [] : [.. forward.Operators.Select(op => Again(op, chosen)).OfType<Operator>()];

    /// <summary>Operations of the matrix products among them, in one layer and for one sequence.</summary>
    public static double ProductFlops(LayerSpec layer, TrainJob job)
    {
        if (!job.RecomputedOperators.HasFlag(RecomputedOperators.UpProjections) || layer.Mixer is not LatentAttentionSpec latent)
        {
            return 0;
        }

        double queries = (double)latent.QueryRank * (latent.NopeHeadSize + latent.RopeHeadSize);
        double keysAndValues = (double)latent.KvRank * (latent.NopeHeadSize + latent.ValueHeadSize);
        return 2d * job.SequenceLength * latent.Heads * (queries + keysAndValues);
    }

    private static Operator? Again(Operator op, RecomputedOperators chosen)
    {
        bool isChosen = op.Kind switch
        {
            OperatorKind.Norm => chosen.HasFlag(RecomputedOperators.Norms),
            _ when op.Name is "query-up" or "kv-up" => chosen.HasFlag(RecomputedOperators.UpProjections),
            _ => chosen.HasFlag(RecomputedOperators.Activations) && op.Name.EndsWith("activation", StringComparison.Ordinal),
        };
        return isChosen ? op : op.Shape is ExpertsShape experts && chosen.HasFlag(RecomputedOperators.Activations) ? InExperts(op, experts) : null;
    }

    /// <summary>The activation function of a device's experts: it reads what the first products wrote, and writes the input of the last.</summary>
    private static Operator InExperts(Operator op, ExpertsShape experts)
    {
        MoeFeedForward spec = experts.Spec;
        double rows = experts.Tokens * spec.TopK / experts.ExpertShards * experts.RowFactor;
        const double element = 2;
        double written = element * rows * spec.ExpertIntermediateSize / experts.TensorShards;
        return new Operator
        {
            Name = op.Name + ", activation",
            Kind = OperatorKind.Elementwise,
            Reads = [new TensorAccess("saved:" + op.Name, new Bytes((spec.Gated ? 2 : 1) * written))],
            Writes = [new TensorAccess("again:" + op.Name, new Bytes(written))],
            Flops = new FlopCount(8 * written / element),
            Format = op.Format,
        };
    }
}
