using System.Collections.Immutable;
using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;
using LlmSim.Model.Units;

namespace LlmSim.Model.Cost;

/// <summary>Time of a matrix product: tiles over multiprocessors, split-K, and traffic to device memory.</summary>
/// <remarks>
/// For tiles of TM x TN and a split of K into s parts: X = max(1, tiles·s/S) continuous waves; compute = X·2·TM·TN·(K/s + k_h)·S/(F·e) with
/// e = e_c·TM·TN/(TM·TN + σ·4096); memory = bytes/(e_m·BW); time = floor + the least, over tiles and splits, of their smooth maximum.
/// Where matrix units are hardly faster than vector units, products of a few rows run on the latter at 2·M·N·K/(e_c·F_vector), without padding.
/// Neglected: integer waves (they fit measurements worse than continuous ones) and the L2 rate (the tile penalty stands for it).
/// </remarks>
public static class GemmCost
{
    private const double SmoothnessOrder = 3;
    private const double ReferenceTile = 64 * 64;
    private const double LeastSplitDepth = 256;

    /// <summary>Up to so many rows a product may run on the vector units, without padding rows to a tile.</summary>
    private const double VectorRows = 4;

    /// <summary>They are worth it only where matrix units are hardly faster or missing; tables of A100, H100 and B200 show padded tiles down to one row.</summary>
    private const double MostOverVector = 2.01;

    private static readonly ImmutableArray<(int M, int N)> Tiles = [(128, 256), (128, 128), (128, 64), (64, 64), (64, 32), (32, 64)];
    private static readonly ImmutableArray<int> Splits = [1, 2, 4, 8, 16];

    /// <summary>The price of a product on a device.</summary>
    public static OperatorCost Price(GemmShape shape, Accelerator device, GemmConstants constants)
    {
        NumberFormat format = ComputeFormat(shape.Activations, device);
        double peak = device.Peak(format).Value;
        double bandwidth = constants.MemoryShare * device.MemoryBandwidth.Value;
        double best = double.PositiveInfinity;
        double bestCompute = 0;
        double bestMemory = 0;
        foreach ((int tileM, int tileN) in Tiles)
        {
            double tiles = Math.Ceiling(shape.M / tileM) * Math.Ceiling(shape.N / tileN) * shape.Batch;
            double area = (double)tileM * tileN;
            double rate = peak * constants.ComputeShare * area / (area + (constants.SmallTilePenalty * ReferenceTile));
            foreach (int split in Splits)
            {
                if (split > 1 && !MaySplit(shape, device, constants, tiles, split))
                {
                    break;
                }

                double waves = Math.Max(1, tiles * split / device.Multiprocessors);
                double compute = waves * 2 * area * ((shape.K / split) + constants.PrologueDepth) * device.Multiprocessors / rate;
                double memory = (Traffic(shape) + (split > 1 ? 8 * shape.Batch * shape.M * shape.N * split : 0)) / bandwidth;
                double time = SmoothMaximum.Of(compute, memory, SmoothnessOrder) + (split > 1 ? constants.SplitTime.Value : 0);
                if (time < best)
                {
                    (best, bestCompute, bestMemory) = (time, compute, memory);
                }
            }
        }

        if (shape.M <= VectorRows && device.Peak(format).Value <= MostOverVector * device.VectorPeak.Value)
        {
            double compute = 2 * shape.Batch * shape.M * shape.N * shape.K / (device.VectorPeak.Value * constants.ComputeShare);
            double memory = Traffic(shape) / bandwidth;
            double time = SmoothMaximum.Of(compute, memory, SmoothnessOrder);
            (best, bestCompute, bestMemory) = time < best ? (time, compute, memory) : (best, bestCompute, bestMemory);
        }

        double quantise = QuantiseTime(shape, bandwidth, constants);
        Seconds floor = shape.StaticScales && NeedsQuantisation(shape) ? constants.Floor * 0.5 : constants.Floor;
        return new(new(bestCompute), new(bestMemory + quantise), Seconds.Zero, floor, Seconds.Zero, floor + new Seconds(best + quantise));
    }

    /// <summary>The format in which arithmetic of a format runs on a device: itself, or the nearest wider one that the device multiplies.</summary>
    public static NumberFormat ComputeFormat(NumberFormat format, Accelerator device)
    {
        if (device.Supports(format))
        {
            return format;
        }

        NumberFormat[] fallbacks = [NumberFormat.Bf16, NumberFormat.Fp16, NumberFormat.Tf32, NumberFormat.Fp32];
        return fallbacks.FirstOrDefault(device.Supports, device.MatrixPeak.Keys.First());
    }

    /// <summary>Bytes between device memory and the product: both operands once, the result once.</summary>
    public static double Traffic(GemmShape shape)
    {
        double result = shape.Activations is NumberFormat.Fp32 or NumberFormat.Tf32 ? 4 : 2;
        return shape.Batch * ((shape.Activations.BytesPerElement() * shape.M * shape.K) + (shape.Weights.BytesPerElement() * shape.N * shape.K) + (result * shape.M * shape.N));
    }

    private static bool MaySplit(GemmShape shape, Accelerator device, GemmConstants constants, double tiles, int split) =>
        constants.SplitTime > Seconds.Zero && tiles * split <= 2 * device.Multiprocessors && shape.K / split >= LeastSplitDepth;

    private static bool NeedsQuantisation(GemmShape shape) => shape.Activations is NumberFormat.Fp8 or NumberFormat.Fp8Block or NumberFormat.Nvfp4 or NumberFormat.Mxfp4 or NumberFormat.Int8;

    /// <summary>The kernel that finds the scale of each token and converts it: one block a row, two bytes read and the format's size written.</summary>
    private static double QuantiseTime(GemmShape shape, double bandwidth, GemmConstants constants)
    {
        if (!NeedsQuantisation(shape) || shape.StaticScales || constants.QuantiseShare <= 0)
        {
            return 0;
        }

        double bytes = shape.M * shape.K * (2 + shape.Activations.BytesPerElement());
        return (constants.QuantiseRow.Value * shape.M) + (bytes / (constants.QuantiseShare * bandwidth));
    }
}
