using LlmSim.Model.Architecture;
using LlmSim.Model.Operators;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Training;

/// <summary>Operations that a step counts as the model's own, and those that the hardware runs.</summary>
/// <remarks>Forward operations of matrix products and attention, tripled for the backward pass. With full attention and classic layers this is 72BLsh²(1 + s/6h + V/12hL).</remarks>
public static class ModelFlops
{
    private const double ForwardAndBackward = 3;

    /// <summary>The model's operations of one step under a convention, without recomputation.</summary>
    public static FlopCount PerStep(TrainJob job)
    {
        if (job.Teacher is not null)
        {
            return PerStep(job with { Teacher = null }) + PartialFlops.ForwardOnly(TeacherWork.Job(job));
        }

        if (!job.Parts.IsWhole)
        {
            return PartialFlops.PerStep(job);
        }

        if (job.FlopsConvention == FlopsConvention.SixN)
        {
            return new(6 * ActiveParameters(job.Architecture) * job.TokensPerStep);
        }

        (double products, double attention) = ForwardPerSequence(job);
        double counted = products + (job.FlopsConvention == FlopsConvention.FullAttention ? FullAttention(job) : attention);
        return new(ForwardAndBackward * counted * job.GlobalBatch);
    }

    /// <summary>The operations of one step that the hardware runs: the model's, and what is computed again.</summary>
    public static FlopCount OnHardware(TrainJob job)
    {
        if (job.Teacher is not null)
        {
            return OnHardware(job with { Teacher = null }) + PartialFlops.ForwardOnly(TeacherWork.Job(job));
        }

        if (!job.Parts.IsWhole)
        {
            return PartialFlops.OnHardware(job);
        }

        (double products, double attention) = ForwardPerSequence(job);
        double head = HeadPerSequence(job);
        double scores = job.FlopsConvention == FlopsConvention.FullAttention ? FullAttention(job) : attention;
        double again = job.Recompute switch
        {
            RecomputeMode.Full => products - head + scores,
            RecomputeMode.Selective when job.Attention == AttentionImplementation.Unfused => scores,
            _ => 0,
        };
        again += job.Architecture.DistinctLayers().Sum(layer => layer.Count * OperatorsAgain.ProductFlops(layer.Layer, job));
        return PerStep(job) + new FlopCount(again * job.GlobalBatch);
    }

    /// <summary>Parameters that each token passes: of the experts only those that it visits; the embedding table counts once, as the head's matrix.</summary>
    private static double ActiveParameters(TransformerArchitecture architecture)
    {
        double active = (double)architecture.VocabularySize * architecture.HiddenSize;
        foreach (LayerCount layer in architecture.DistinctLayers())
        {
            OperatorGraph graph = TransformerGraph.UnfusedLayer(layer.Layer, architecture, BatchShape.Training(1, 1), new GraphOptions { Training = true });
            active += layer.Count * graph.Operators.Where(static op => op.Shape is GemmShape or ExpertsShape).Sum(static op => op.Flops.Value) / 2;
        }

        return active;
    }

    /// <summary>Forward operations of one sequence: matrix products (layers and head), and causal attention.</summary>
    private static (double Products, double Attention) ForwardPerSequence(TrainJob job)
    {
        GraphOptions options = SingleDevice(job);
        BatchShape batch = Sequence(job);
        double products = HeadPerSequence(job);
        double attention = 0;
        foreach (LayerCount layer in job.Architecture.DistinctLayers())
        {
            OperatorGraph graph = TransformerGraph.UnfusedLayer(layer.Layer, job.Architecture, batch, options);
            products += layer.Count * graph.Operators.Where(static op => op.Shape is GemmShape or ExpertsShape).Sum(static op => op.Flops.Value);
            attention += layer.Count * graph.Operators.Where(static op => op.Shape is PrefillAttentionShape || op.Kind == OperatorKind.Scan).Sum(static op => op.Flops.Value);
        }

        return (products, attention);
    }

    private static double FullAttention(TrainJob job) => job.Architecture.DistinctLayers().Sum(layer => layer.Count * FullAttention(job, layer.Layer));

    /// <summary>Forward operations of one layer's attention over one sequence, without mask.</summary>
    internal static double FullAttention(TrainJob job, LayerSpec layer)
    {
        double tokens = job.SequenceLength;
        return layer.Mixer switch
        {
            AttentionSpec attention => 4d * tokens * (attention.Window > 0 ? Math.Min(tokens, attention.Window) : tokens) * attention.Heads * attention.HeadSize,
            LatentAttentionSpec latent => 2d * tokens * tokens * latent.Heads * (latent.NopeHeadSize + latent.RopeHeadSize + latent.ValueHeadSize),
            StateSpaceSpec state => 6d * tokens * state.ValueHeads * state.KeyHeadSize * state.ValueHeadSize,
            _ => 0,
        };
    }

    internal static double HeadPerSequence(TrainJob job) => 2d * job.SequenceLength * job.Architecture.HiddenSize * job.Architecture.VocabularySize;

    internal static GraphOptions SingleDevice(TrainJob job) => job.GraphOptions with { Layout = ParallelLayout.Single, Attention = AttentionImplementation.Flash, ExpertTraffic = null };

    internal static BatchShape Sequence(TrainJob job) => BatchShape.Training(1, job.SequenceLength, job.Architecture.Window);
}
