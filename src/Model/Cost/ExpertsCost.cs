using System.Collections.Immutable;
using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;
using LlmSim.Model.Units;

namespace LlmSim.Model.Cost;

/// <summary>Time of the routed experts of a layer: two grouped matrix products over the experts that were touched, and the permutation around them.</summary>
/// <remarks>
/// Tokens are spread uniformly over experts: touched experts E(1 - (1 - k/E)^T), loads Poisson. Tiles TM x TN: rows are padded to whole tiles by expert;
/// compute = max(1, tiles/S)·max(2·TM·TN·K·S/(F·e), t_t), memory = touched·N·K·b/(e_m·BW), joined by a smooth maximum of order three.
/// Skewed routing and the busiest rank are not modelled here.
/// </remarks>
public static class ExpertsCost
{
    private const double SmoothnessOrder = 3;
    private const double ReferenceTile = 64 * 64;
    private static readonly ImmutableArray<int> TileRows = [16, 32, 64, 128];
    private static readonly ImmutableArray<int> TileColumns = [64, 128];

    /// <summary>The price of the experts on a device.</summary>
    public static OperatorCost Price(ExpertsShape shape, Accelerator device, ExpertsConstants constants)
    {
        double experts = (double)shape.Spec.Experts / shape.ExpertShards;
        double load = shape.Tokens * shape.Spec.TopK / shape.Spec.Experts;
        double touched = experts * (1 - Math.Pow(1 - ((double)shape.Spec.TopK / shape.Spec.Experts), shape.Tokens));
        double pairs = load * experts;
        double width = (double)shape.Spec.ExpertIntermediateSize / shape.TensorShards;
        double gates = shape.Spec.Gated ? 2 : 1;
        int tileRows = TileRows.FirstOrDefault(rows => rows >= load, TileRows[^1]);
        double blocks = ExpectedBlocks(load, tileRows) * experts;
        double compute = 0;
        double memory = 0;
        double products = 0;
        foreach ((double columns, double depth) in new[] { (gates * width, (double)shape.HiddenSize), (shape.HiddenSize, width) })
        {
            double least = double.PositiveInfinity;
            (double Compute, double Memory) leastParts = default;
            foreach (int tileColumns in TileColumns)
            {
                double c = Product(shape, device, constants, blocks, tileRows, tileColumns, columns, depth);
                double m = touched * columns * depth * shape.Weights.BytesPerElement() / (constants.MemoryShare * device.MemoryBandwidth.Value);
                double time = SmoothMaximum.Of(c, m, SmoothnessOrder);
                if (time < least)
                {
                    (least, leastParts) = (time, (c, m));
                }
            }

            products += least;
            compute += leastParts.Compute;
            memory += leastParts.Memory;
        }

        double activation = Activations(shape, pairs, gates, width) / (constants.ActivationShare * device.MemoryBandwidth.Value);
        Seconds floor = constants.Floor + (constants.ExpertTime * shape.Spec.Experts);
        return new(new(compute), new(memory + activation), Seconds.Zero, floor, Seconds.Zero, floor + new Seconds(products + activation));

        double Activations(ExpertsShape s, double localPairs, double gateCount, double inner)
        {
            double counted = localPairs + (constants.RemotePairShare * ((s.Tokens * s.Spec.TopK) - localPairs));
            return (counted * 2 * ((gateCount * inner) + inner + inner + (2 * s.HiddenSize))) + (4 * s.Tokens * s.HiddenSize);
        }
    }

    private static double Product(
        ExpertsShape shape, Accelerator device, ExpertsConstants constants, double blocks, int tileRows, int tileColumns, double columns, double depth)
    {
        NumberFormat format = GemmCost.ComputeFormat(shape.Activations, device);
        double area = (double)tileRows * tileColumns;
        double share = constants.ComputeShare * area / (area + (constants.SmallTilePenalty * ReferenceTile));
        double tiles = blocks * Math.Ceiling(columns / tileColumns);
        double tile = Math.Max(2 * area * depth * device.Multiprocessors / (device.Peak(format).Value * share), constants.TileTime.Value);
        return Math.Max(1, tiles / device.Multiprocessors) * tile;
    }

    /// <summary>Expected number of whole tiles of <paramref name="rows"/> rows for a Poisson load: E⌈n/rows⌉.</summary>
    public static double ExpectedBlocks(double load, int rows)
    {
        if (load > 40 * rows)
        {
            return (load / rows) + 0.5;
        }

        // E⌈n/r⌉ is the sum over j ≥ 0 of P(n > j·r); walk the distribution once.
        double expected = 0;
        double probability = Math.Exp(-load);
        double logFactorial = 0;
        int last = (int)Math.Ceiling(load + (10 * Math.Sqrt(load)) + 20);
        for (int n = 1; n <= last; n++)
        {
            logFactorial += Math.Log(n);
            probability = load <= 0 ? 0 : Math.Exp((n * Math.Log(load)) - load - logFactorial);
            expected += probability * Math.Ceiling((double)n / rows);
        }

        return expected;
    }
}
