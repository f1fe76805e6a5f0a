using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;
using LlmSim.Model.Units;

namespace LlmSim.Model.Cost;

/// <summary>Time of the routed experts of a layer on the busiest rank: two grouped matrix products over the touched experts, and the permutation around them.</summary>
/// <remarks>
/// Loads are padded to whole tiles by expert. A product takes compute = max(1, tiles/S)·max(2·TM·TN·K·S/(F·e), t_t) and memory = touched·N·K·b/(e_m·BW),
/// which share the time by the root of squares; 1/e grows with 1/TM + 1/TN, the operands that a tile loads for each multiplication.
/// Waves are continuous because blocks of many experts follow one another without a gap.
/// </remarks>
public static class ExpertsCost
{
    /// <summary>Half the rows and columns of the tile for which the penalty is stated: 64 x 64.</summary>
    private const double ReferenceTile = 32;

    /// <summary>Loads of 16 bytes need rows of the weights that are multiples of this in bf16; other widths take about twice as long.</summary>
    private const int AlignedWidth = 16;

    private const double UnalignedFactor = 2;

    /// <summary>Share of the second-level cache in which weights stay between calls.</summary>
    private const double UsableCache = 0.8;

    /// <summary>Bytes that a multiprocessor reads from the second-level cache in a clock.</summary>
    private const double CacheBytesPerClock = 28;

    /// <summary>Routings that a benchmark replays one after another, over which its working set is the union.</summary>
    private const int ReplayedRoutings = 5;

    /// <summary>The price of the experts on a device.</summary>
    /// <param name="shape">The layer and its tokens.</param>
    /// <param name="device">The device.</param>
    /// <param name="constants">Constants of a family of kernels.</param>
    /// <param name="family">The tiles of that family.</param>
    public static OperatorCost Price(ExpertsShape shape, Accelerator device, ExpertsConstants constants, ExpertsFamily family)
    {
        ExpertLoads loads = ExpertLoads.Of(shape.Spec.Experts, shape.Spec.TopK, shape.Tokens, shape.ExpertShards, shape.Routing);
        double width = (double)shape.Spec.ExpertIntermediateSize / shape.TensorShards;
        double gates = shape.Spec.Gated ? 2 : 1;
        double bandwidth = (family.Bandwidth ?? device.MemoryBandwidth).Value;
        double byteTime = shape.Weights.BytesPerElement() * ByteTime(shape, device, loads.Touched, (gates + 1) * shape.HiddenSize * width, constants.MemoryShare * bandwidth);
        double slowdown = width % AlignedWidth != 0 && shape.Weights is NumberFormat.Bf16 or NumberFormat.Fp16 ? UnalignedFactor : 1;
        double tileWork = device.Multiprocessors / (device.Peak(ComputeFormat(shape, device)).Value * constants.ComputeShare);
        double meanLoad = shape.Tokens * shape.Spec.TopK / shape.Spec.Experts;
        bool few = shape.Tokens * shape.ExpertShards <= shape.Spec.Experts;
        int byLoad = family.TileRows.FirstOrDefault(rows => rows >= meanLoad, family.TileRows[^1]);
        double least = double.PositiveInfinity;
        double compute = 0;
        foreach (int rows in family.TileRows)
        {
            if ((family.Choice == TileChoice.ByLoad && rows != byLoad) || (family.Choice == TileChoice.ByTokens && rows != (few ? family.TileRows[0] : family.TileRows[^1])))
            {
                continue;
            }

            double blocks = loads.Blocks(rows);
            foreach (int columns in family.TileColumns)
            {
                if (family.Choice == TileChoice.ByTokens && columns != (few ? family.TileColumns[0] : family.TileColumns[^1]))
                {
                    continue;
                }

                (double firstCompute, double first) = Product(gates * width, shape.HiddenSize);
                (double secondCompute, double second) = Product(shape.HiddenSize, width);
                if (first + second < least)
                {
                    (least, compute) = (first + second, firstCompute + secondCompute);
                }

                (double Compute, double Time) Product(double n, double k)
                {
                    double area = (double)rows * columns;
                    double tile = Math.Max(2 * k * tileWork * area * (1 + (constants.SmallTilePenalty * ReferenceTile * ((1d / rows) + (1d / columns)))), constants.TileTime.Value);
                    double c = Math.Max(1, blocks * Math.Ceiling(n / columns) / device.Multiprocessors) * tile;
                    double m = loads.Touched * n * k * byteTime;
                    return (slowdown * c, slowdown * Math.Sqrt((c * c) + (m * m)));
                }
            }
        }

        double memory = slowdown * loads.Touched * (gates + 1) * shape.HiddenSize * width * byteTime;
        double activation = ActivationBytes(shape, loads.Pairs, gates, width, constants.RemotePairShare) / (constants.ActivationShare * bandwidth);
        Seconds floor = constants.Floor + (constants.ExpertTime * shape.Spec.Experts);
        return new(new(compute), new(memory + activation), Seconds.Zero, floor, Seconds.Zero, floor + new Seconds(least + activation));
    }

    /// <summary>The format of the arithmetic: weight-only quantisation multiplies in bf16.</summary>
    private static NumberFormat ComputeFormat(ExpertsShape shape, Accelerator device)
    {
        bool weightOnly = shape.Kernel == ExpertsKernel.Marlin || shape.Weights == NumberFormat.Int4
            || (shape.Weights == NumberFormat.Mxfp4 && shape.Activations is not (NumberFormat.Fp8 or NumberFormat.Fp8Block));
        return GemmCost.ComputeFormat(weightOnly ? NumberFormat.Bf16 : shape.Activations, device);
    }

    /// <summary>Seconds to read a byte of weights: from memory, or in a benchmark partly from the second-level cache.</summary>
    private static double ByteTime(ExpertsShape shape, Accelerator device, double touched, double expertElements, double bandwidth)
    {
        double fromMemory = 1 / bandwidth;
        if (!shape.WarmCache || device.L2Cache.Value <= 0)
        {
            return fromMemory;
        }

        double local = (double)shape.Spec.Experts / shape.ExpertShards;
        double union = shape.Routing.Law == RoutingLaw.Balanced ? touched : local * (1 - Math.Pow(1 - (touched / local), ReplayedRoutings));
        double set = union * expertElements * shape.Weights.BytesPerElement();
        double resident = Math.Clamp(2 * (1 - (set / (UsableCache * device.L2Cache.Value))), 0, 1);
        return ((1 - resident) * fromMemory) + (resident / (CacheBytesPerClock * device.Multiprocessors * device.BoostClock.Value));
    }

    /// <summary>Bytes between device memory and the kernels around the products; values there have two bytes.</summary>
    private static double ActivationBytes(ExpertsShape shape, double pairs, double gates, double width, double remoteShare)
    {
        double counted = pairs + (remoteShare * ((shape.Tokens * shape.Spec.TopK) - pairs));
        return (counted * 2 * ((2 * gates * width) + (2 * width) + (2 * shape.HiddenSize))) + (4 * shape.Tokens * shape.HiddenSize);
    }
}
