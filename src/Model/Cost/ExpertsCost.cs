using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;
using LlmSim.Model.Units;

namespace LlmSim.Model.Cost;

/// <summary>Time of the routed experts of a layer on the busiest rank: two grouped matrix products over the touched experts, and the kernels around them.</summary>
/// <remarks>
/// Loads are padded to whole tiles by expert. A product takes compute = max(1, tiles/S)·max(2·TM·TN·K·S/(F·e), t_t) and memory = touched·N·K·b/(e_m·BW),
/// joined by the root of their squares. A tile loads TM + TN values for TM·TN products: with l = 64·(1/TM + 1/TN), 1 for a tile of 128 x 128,
/// e = min(1, e_c/(1 - λ + λ·l)). Waves are continuous because blocks of many experts follow one another without a gap. Around the products
/// t_0 + c_L·(log2(1 + T) + E/128), and traffic by token and by pair.
/// </remarks>
public static class ExpertsCost
{
    /// <summary>Half of the rows and columns of the tile whose share is a constant.</summary>
    private const double HalfReferenceTile = 64;

    /// <summary>Experts that cost the routing kernels as much as twice the tokens.</summary>
    private const double ExpertsPerOctave = 128;

    private const double SmoothnessOrder = 2;

    /// <summary>Loads of 16 bytes need rows of the weights that are multiples of this in bf16; other widths take about twice as long.</summary>
    private const int AlignedWidth = 16;

    private const double UnalignedFactor = 2;

    /// <summary>Share of the second-level cache in which weights stay between calls.</summary>
    private const double UsableCache = 0.8;

    /// <summary>Bytes that a multiprocessor reads from the second-level cache in a clock.</summary>
    private const double CacheBytesPerClock = 28;

    /// <summary>Routings that a benchmark replays one after another, over which its working set is the union.</summary>
    private const int ReplayedRoutings = 5;

    /// <summary>Bytes of a value between kernels.</summary>
    private const double StreamBytes = 2;

    /// <summary>The price of the experts on a device.</summary>
    /// <param name="shape">The layer and its tokens.</param>
    /// <param name="device">The device.</param>
    /// <param name="constants">Constants of a family of kernels.</param>
    /// <param name="family">What else is known of that family.</param>
    public static OperatorCost Price(ExpertsShape shape, Accelerator device, ExpertsConstants constants, ExpertsFamily family)
    {
        ExpertLoads loads = ExpertLoads.Of(shape.Spec.Experts, shape.Spec.TopK, shape.Tokens, shape.ExpertShards, shape.Routing);
        double width = (double)shape.Spec.ExpertIntermediateSize / shape.TensorShards;
        double gates = shape.Spec.Gated ? 2 : 1;
        double bandwidth = (family.Bandwidth ?? device.MemoryBandwidth).Value;
        double byteTime = shape.Weights.BytesPerElement() * ByteTime(shape, device, loads.Touched, (gates + 1) * shape.HiddenSize * width, constants.MemoryShare * bandwidth);
        double slowdown = width % AlignedWidth != 0 && shape.Weights is NumberFormat.Bf16 or NumberFormat.Fp16 ? UnalignedFactor : 1;
        double tileWork = 2 * device.Multiprocessors / device.Peak(ComputeFormat(shape, device)).Value;
        (ReadOnlyMemory<int> tileRows, ReadOnlyMemory<int> tileColumns) = family.Candidates(shape);
        (double Compute, double Time) first = Product(gates * width, shape.HiddenSize);
        (double Compute, double Time) second = Product(shape.HiddenSize, width);
        double memory = slowdown * loads.Touched * (gates + 1) * shape.HiddenSize * width * byteTime;
        double around = StreamBytes * (PairElements(shape, loads.Pairs, gates, width, family, constants) + (constants.TokenPasses * shape.Tokens * shape.HiddenSize)) / bandwidth;
        Seconds floor = constants.Floor + (constants.OctaveTime * (Math.Log2(1 + shape.Tokens) + (shape.Spec.Experts / ExpertsPerOctave)));
        return new(
            new(first.Compute + second.Compute), new(memory + around), Seconds.Zero, floor, Seconds.Zero, floor + new Seconds(first.Time + second.Time + around));

        (double Compute, double Time) Product(double n, double k)
        {
            double read = loads.Touched * n * k * byteTime;
            (double Compute, double Time) least = (0, double.PositiveInfinity);
            foreach (int rows in tileRows.Span)
            {
                double blocks = loads.Blocks(rows);
                foreach (int columns in tileColumns.Span)
                {
                    double loadsOfTile = HalfReferenceTile * ((1d / rows) + (1d / columns));
                    double share = Math.Min(1, constants.ComputeShare / (1 + (constants.LoadShare * (loadsOfTile - 1))));
                    double tile = Math.Max(tileWork * rows * columns * k / share, constants.TileTime.Value);
                    double compute = Math.Max(1, blocks * Math.Ceiling(n / columns) / device.Multiprocessors) * tile;
                    double time = slowdown * SmoothMaximum.Of(compute, read, SmoothnessOrder);
                    if (time < least.Time)
                    {
                        least = (slowdown * compute, time);
                    }
                }
            }

            return least;
        }
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

    /// <summary>Values that pairs write and read between the products and in the weighted sum.</summary>
    /// <remarks>
    /// With an activation of its own: the first product's output (m + 1 widths written and read by the activation), the second's, for the pairs of all ranks.
    /// Otherwise one width between the products, for local pairs.
    /// </remarks>
    private static double PairElements(ExpertsShape shape, double localPairs, double gates, double width, ExpertsFamily family, ExpertsConstants constants) =>
        constants.PairPasses * (family.SeparateActivation
            ? shape.Tokens * shape.Spec.TopK * ((((2 * gates) + 2) * width) + (2 * shape.HiddenSize))
            : localPairs * (width + (2 * shape.HiddenSize)));
}
