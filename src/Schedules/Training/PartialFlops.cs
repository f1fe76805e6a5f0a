using LlmSim.Model.Operators;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;

namespace LlmSim.Schedules.Training;

/// <summary>Operations of a step that trains only parts of a model, adapters' own included.</summary>
/// <remarks>
/// A product of 2MNK operations has as many for the gradient of its input, where gradients reach it, and as many for that of its weight, where it is trained: a
/// frozen model with adapters takes about two thirds of full training (Hu 2021 leaves out gradients of frozen parameters, section 4.2).
/// </remarks>
internal static class PartialFlops
{
    /// <summary>The model's operations of one step under the job's convention, without recomputation.</summary>
    public static FlopCount PerStep(TrainJob job)
    {
        double head = ModelFlops.HeadPerSequence(job) * (job.Parts.TrainsHead(job.Architecture) ? 3 : 2);
        return new((head + TrainedLayer.Distinct(job).Sum(layer => layer.Count * Counted(job, layer.Layer))) * job.GlobalBatch);
    }

    /// <summary>The same with what is computed again.</summary>
    public static FlopCount OnHardware(TrainJob job)
    {
        double again = TrainedLayer.Distinct(job).Where(static layer => layer.Layer.HasBackward).Sum(layer => layer.Count * Again(job, layer.Layer));
        return PerStep(job) + new FlopCount(again * job.GlobalBatch);
    }

    /// <summary>Operations of a frozen model's forward pass.</summary>
    public static FlopCount ForwardOnly(TrainJob job) =>
        new((ModelFlops.HeadPerSequence(job) + TrainedLayer.Distinct(job).Sum(layer => layer.Count * Counted(job, layer.Layer))) * job.GlobalBatch);

    private static double Counted(TrainJob job, TrainedLayer layer)
    {
        Operator[] products = Products(job, layer);
        double forward = products.Sum(static op => op.Flops.Value);
        double weights = layer.HasBackward ? products.Where(static op => !op.Frozen).Sum(static op => op.Flops.Value) : 0;
        double attention = job.FlopsConvention == FlopsConvention.SixN ? 0 : Attention(job, layer);
        return layer.HasBackward ? (2 * forward) + weights + (3 * attention) : forward + attention;
    }

    private static double Again(TrainJob job, TrainedLayer layer) => OperatorsAgain.ProductFlops(layer.Layer, job) + job.Recompute switch
    {
        RecomputeMode.Full => Products(job, layer).Sum(static op => op.Flops.Value) + Attention(job, layer),
        RecomputeMode.Selective when job.Attention == AttentionImplementation.Unfused => Attention(job, layer),
        _ => 0,
    };

    private static double Attention(TrainJob job, TrainedLayer layer) => job.FlopsConvention == FlopsConvention.FullAttention
        ? ModelFlops.FullAttention(job, layer.Layer)
        : Forward(job, layer).Operators.Where(static op => op.Shape is PrefillAttentionShape || op.Kind == OperatorKind.Scan).Sum(static op => op.Flops.Value);

    private static Operator[] Products(TrainJob job, TrainedLayer layer) => [.. Forward(job, layer).Operators.Where(static op => op.Shape is GemmShape or ExpertsShape)];

    private static OperatorGraph Forward(TrainJob job, TrainedLayer layer) => TransformerGraph.UnfusedLayer(
        layer.Layer, job.Architecture, ModelFlops.Sequence(job), ModelFlops.SingleDevice(job) with { Trained = layer.Trained, Adapters = job.Parts.Adapters });
}
