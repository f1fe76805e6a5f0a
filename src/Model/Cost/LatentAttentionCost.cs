using LlmSim.Model.Architecture;
using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;
using LlmSim.Model.Units;

namespace LlmSim.Model.Cost;

/// <summary>Time of a latent-attention module in its absorbed (decode) or expanded (prefill) form.</summary>
/// <remarks>
/// Decode: floor + projections + the two absorption products + pnorm₃(cache bytes, scores with heads padded to h_p) + c_i·max(1, B·⌈H/64⌉/S) + c_k·min(C, C·B/S).
/// Prefill: floor + projections + scores in blocks + c_i for each block of 128 queries and head + traffic of expanded queries and keys.
/// </remarks>
public static class LatentAttentionCost
{
    private const double SmoothnessOrder = 3;
    private const double HeadBlock = 64;
    private const double QueryBlock = 128;

    /// <summary>The price of a module on a device.</summary>
    public static OperatorCost Price(LatentAttentionShape shape, Accelerator device, LatentAttentionConstants constants, GemmConstants gemm)
    {
        OperatorCost projections = default;
        foreach ((double m, double n, double k) in LatentAttentionWork.Projections(shape))
        {
            var product = new GemmShape(m, n, k, 1, shape.Weights, shape.Weights);
            OperatorCost cost = GemmCost.Price(product, device, gemm);
            projections += cost with { Launch = Seconds.Zero, Total = cost.Total - cost.Launch };
        }

        projections *= constants.ProjectionFactor;
        return shape.Decode ? Decode(shape, device, constants, projections) : Prefill(shape, device, constants, projections);
    }

    private static OperatorCost Decode(LatentAttentionShape shape, Accelerator device, LatentAttentionConstants constants, OperatorCost projections)
    {
        LatentAttentionSpec spec = shape.Spec;
        double flops = constants.ComputeShare * device.Peak(GemmCost.ComputeFormat(NumberFormat.Bf16, device)).Value;
        double bytes = constants.MemoryShare * device.MemoryBandwidth.Value;
        double latent = spec.KvRank + spec.RopeHeadSize;
        double absorption = shape.Heads * spec.KvRank * (spec.NopeHeadSize + spec.ValueHeadSize);
        double absorb = (2 * shape.Tokens * absorption / flops) + (2 * absorption / bytes);
        double read = shape.Context * latent * shape.Cache.BytesPerElement() / bytes;
        double score = 2 * shape.Context * Math.Max(shape.Heads, constants.MinimumHeads) * (latent + spec.KvRank) / flops;
        double context = shape.Sequences > 0 ? shape.Context / shape.Sequences : 0;
        double items = (constants.ItemTime.Value * Math.Max(1, shape.Sequences * Math.Ceiling(shape.Heads / HeadBlock) / device.Multiprocessors))
            + (constants.ContextTime.Value * Math.Min(context, context * shape.Sequences / device.Multiprocessors));
        Seconds launch = constants.Floor + new Seconds(items);
        double work = absorb + SmoothMaximum.Of(read, score, SmoothnessOrder);
        return new(projections.Compute + new Seconds(score), projections.Memory + new Seconds(read + absorb), Seconds.Zero, launch, Seconds.Zero, launch + projections.Total + new Seconds(work));
    }

    private static OperatorCost Prefill(LatentAttentionShape shape, Accelerator device, LatentAttentionConstants constants, OperatorCost projections)
    {
        LatentAttentionSpec spec = shape.Spec;
        double width = spec.NopeHeadSize + spec.RopeHeadSize + spec.ValueHeadSize;
        double scores = shape.Context + (shape.Tokens * HeadBlock / 2);
        double chunks = Math.Max(1, shape.Sequences);
        double blocks = chunks * Math.Ceiling(shape.Tokens / chunks / QueryBlock);
        double score = (scores * shape.Heads * 2 * width / (constants.ComputeShare * device.Peak(GemmCost.ComputeFormat(NumberFormat.Bf16, device)).Value))
            + (constants.ItemTime.Value * blocks * shape.Heads / device.Multiprocessors);
        double traffic = 2 * shape.Tokens * shape.Heads * 2 * width / (constants.MemoryShare * device.MemoryBandwidth.Value);
        return new(
            projections.Compute + new Seconds(score), projections.Memory + new Seconds(traffic), Seconds.Zero, constants.Floor, Seconds.Zero,
            constants.Floor + projections.Total + new Seconds(score + traffic));
    }
}
