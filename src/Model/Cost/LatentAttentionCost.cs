using LlmSim.Model.Architecture;
using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;
using LlmSim.Model.Units;

namespace LlmSim.Model.Cost;

/// <summary>Time of a latent-attention module in its absorbed or expanded form.</summary>
/// <remarks>
/// Absorbed, T new tokens, H heads: floor + projections + the two absorption products + c_a·T·H + pnorm₃(cache bytes, scores with heads padded to a block of 64,
/// c_1·longest context) + c_d·log₂ T + c_i·max(0, T/S − 1) + padding below 64 heads. Scores run in the cache's format where the device multiplies it.
/// Expanded: floor + projections + pnorm₂(scores in blocks + c_i for each block of 128 queries and head, the longest block on one multiprocessor) + c_a·T·H. Not validated: cached tokens in front of a prompt.
/// </remarks>
public static class LatentAttentionCost
{
    private const double SmoothnessOrder = 3;
    private const double BlockOrder = 2;
    private const double HeadBlock = 64;
    private const double SmallTile = 16;
    private const double QueryBlock = 128;

    /// <summary>Share of peak rate and bandwidth of the batched products that absorb the up-projections, as large products reach them.</summary>
    private const double AbsorptionShare = 0.8;

    /// <summary>The price of the absorbed form on a device.</summary>
    public static OperatorCost Absorbed(LatentAttentionShape shape, Accelerator device, LatentAbsorbedConstants c, GemmConstants gemm)
    {
        OperatorCost projections = Projections(shape with { Form = LatentForm.Absorbed }, device, gemm) * c.ProjectionFactor;
        LatentAttentionSpec spec = shape.Spec;
        double latent = spec.KvRank + spec.RopeHeadSize;
        double plainRate = device.Peak(GemmCost.ComputeFormat(NumberFormat.Bf16, device)).Value;
        double scoreRate = c.ComputeShare * device.Peak(GemmCost.ComputeFormat(shape.Cache, device)).Value;
        double sequences = Math.Max(1, shape.Sequences);
        double newEach = shape.Tokens / sequences;

        // Pairs of a query and a key over the queries of a sequence are what each sequence reads, taken at the middle of its new tokens.
        double read = shape.Form == LatentForm.Absorbed ? shape.Context : shape.Context / Math.Max(1, newEach);
        double twoTiles = shape.Heads > SmallTile && shape.Heads <= 2 * SmallTile ? 1 + c.SmallTileReread : 1;
        double cacheTime = read * latent * shape.Cache.BytesPerElement() * twoTiles / (c.MemoryShare * device.MemoryBandwidth.Value);
        double scoreTime = 2 * read * newEach * Math.Max(shape.Heads, HeadBlock) * (latent + spec.KvRank) / scoreRate;
        double serial = read / sequences * c.SequenceTime.Value;
        double attention = SmoothMaximum.Of(SmoothMaximum.Of(cacheTime, scoreTime, SmoothnessOrder), serial, SmoothnessOrder);

        double absorption = shape.Heads * spec.KvRank * (spec.NopeHeadSize + spec.ValueHeadSize);
        double absorbCompute = 2 * shape.Tokens * absorption / (AbsorptionShare * plainRate);
        double absorbMemory = 2 * absorption / (AbsorptionShare * device.MemoryBandwidth.Value);
        double copies = c.ActivationTime.Value * shape.Tokens * shape.Heads;
        Seconds launch = c.Floor + (shape.Heads < HeadBlock ? c.PaddingTime : Seconds.Zero)
            + (c.DoublingTime * Math.Log2(Math.Max(1, shape.Tokens)))
            + (c.ItemTime * Math.Max(0, (shape.Tokens / device.Multiprocessors) - 1));
        return new(
            projections.Compute + new Seconds(scoreTime + absorbCompute), projections.Memory + new Seconds(cacheTime + absorbMemory + copies), Seconds.Zero,
            launch, Seconds.Zero, launch + projections.Total + new Seconds(attention + absorbCompute + absorbMemory + copies));
    }

    /// <summary>The price of the expanded form on a device.</summary>
    public static OperatorCost Expanded(LatentAttentionShape shape, Accelerator device, LatentExpandedConstants c, GemmConstants gemm)
    {
        OperatorCost projections = Projections(shape with { Form = LatentForm.Expanded }, device, gemm) * c.ProjectionFactor;
        LatentAttentionSpec spec = shape.Spec;
        double width = spec.NopeHeadSize + spec.RopeHeadSize + spec.ValueHeadSize;
        double scores = shape.Context + (shape.Tokens * HeadBlock / 2);
        double chunks = Math.Max(1, shape.Sequences);
        double blocks = chunks * Math.Ceiling(shape.Tokens / chunks / QueryBlock);
        double rate = c.ComputeShare * device.Peak(GemmCost.ComputeFormat(NumberFormat.Bf16, device)).Value;
        double total = (scores * shape.Heads * 2 * width / rate) + (c.ItemTime.Value * blocks * shape.Heads / device.Multiprocessors);
        double longest = QueryBlock * ((shape.Past + shape.Tokens) / chunks) * 2 * width * device.Multiprocessors / rate;
        double score = SmoothMaximum.Of(total, longest, BlockOrder);
        double copies = c.ActivationTime.Value * shape.Tokens * shape.Heads;
        return new(
            projections.Compute + new Seconds(score), projections.Memory + new Seconds(copies), Seconds.Zero, c.Floor, Seconds.Zero,
            c.Floor + projections.Total + new Seconds(score + copies));
    }

    /// <summary>Whether an engine would run a prompt in the absorbed form at all: its chunks are short.</summary>
    public static bool MayAbsorb(LatentAttentionShape shape, LatentExpandedConstants constants) =>
        shape.Tokens <= constants.AbsorbedTokens * Math.Max(1, shape.Sequences);

    private static OperatorCost Projections(LatentAttentionShape shape, Accelerator device, GemmConstants gemm)
    {
        OperatorCost projections = default;
        foreach ((double m, double n, double k) in LatentAttentionWork.Projections(shape))
        {
            OperatorCost cost = GemmCost.Price(new GemmShape(m, n, k, 1, shape.Weights, shape.Weights), device, gemm);
            projections += cost with { Launch = Seconds.Zero, Total = cost.Total - cost.Launch };
        }

        return projections;
    }
}
