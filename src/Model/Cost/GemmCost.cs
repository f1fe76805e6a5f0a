using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;
using LlmSim.Model.Units;

namespace LlmSim.Model.Cost;

/// <summary>Time of a matrix product: tiles over multiprocessors, split-K, and traffic to device memory.</summary>
/// <remarks>
/// <code>
/// step    = pnorm_o(2·TM·TN·S/(F·e_c), t_k)                              one element of K in a tile of TM x TN, by itself on one of S multiprocessors
/// waves   = max(1, tiles·s/S), whole numbers where <see cref="GemmKernels.WholeWaves"/>
/// product = pnorm_2.5(waves·step·(K/s + k_h), t_m + (b·(r·M·K + N·K) + w·2·M·N + [s>1]·8·M·N·s)/(e_m·BW)) + [s>1]·t_s
/// quantise= pnorm_4(c_r·M/S, max(c_q·M·K/S, M·K·(2 + b)/(e_m·BW)))      one block a row finds the scale of a token and converts it
/// time    = floor + the least product over tiles and splits s + quantise
/// </code>
/// t_k is what limits few or small tiles: a block keeps only so many bytes in flight, so that few blocks reach only a part of the memory bandwidth. t_m is the
/// latency of device memory before the first operands arrive. Activations come from the kernel before: where they fit the second-level cache they are read from
/// there, at r = 1/2 of the time; weights are streamed. Fp32 partial sums are written and read. Weights that are narrower than the arithmetic are read at their
/// own size and expanded by the vector units; no table measures that: not validated. Neglected: clocks under a power cap, and launches by the host, which
/// belong to eager execution (60 to 180 us a call on H100, up to 300 us on B200, in tables of block-scaled fp8) and never to a captured graph.
/// </remarks>
public static class GemmCost
{
    private const double SmoothnessOrder = 2.5;
    private const double QuantiseOrder = 4;
    private const double LeastSplitDepth = 256;

    /// <summary>An fp32 partial sum written and read.</summary>
    private const double SplitBytes = 8;

    /// <summary>Latency of device memory under load, in seconds: as a free constant, fits find 0.37 us on H100 and 0.39 us on B200.</summary>
    private const double MemoryLatency = 0.4e-6;

    /// <summary>Time to read a byte from the second-level cache, relative to device memory: as a free constant, fits find 0.45 on H100 and 0.56 on B200.</summary>
    private const double CachedRead = 0.5;

    /// <summary>Share of the second-level cache up to which activations all stay there; what else passes through it displaces them until none are left.</summary>
    private const double WarmShare = 0.6;

    /// <summary>Share of the reachable bandwidth of a vector kernel, whose threads each read a row of weights.</summary>
    private const double VectorBandwidth = 0.8;

    /// <summary>Vector instructions that expand one weight, two FLOP each at the vector peak (MARLIN, arXiv 2408.11743: bit operations on pairs, then scales).</summary>
    private const double ExpandFlops = 3;

    /// <summary>Up to so many rows a product may run on the vector units, without padding rows to a tile.</summary>
    private const double VectorRows = 4;

    /// <summary>They are worth it only where matrix units are hardly faster or missing; tables of A100, H100 and B200 show padded tiles down to one row.</summary>
    private const double MostOverVector = 2.01;

    /// <summary>Parts of a whole wave below this are rounding errors of the division.</summary>
    private const double WaveTolerance = 1e-9;

    /// <summary>The price of a product on a device.</summary>
    public static OperatorCost Price(GemmShape shape, Accelerator device, GemmConstants constants)
    {
        NumberFormat format = ComputeFormat(shape.Activations, device);
        GemmKernels kernels = GemmKernels.For(format, device);
        Product product = kernels.Fixed.IsEmpty ? Fastest(shape, device, constants, kernels) : Picked(shape, device, constants, kernels);
        double bandwidth = constants.MemoryShare * device.MemoryBandwidth.Value;
        if (shape.M <= 1 && constants.VectorStep > Seconds.Zero)
        {
            product = Least(product, new(shape.K * constants.VectorStep.Value, MemoryLatency + (Bytes(shape, device, constants) / (VectorBandwidth * bandwidth))));
        }

        if (shape.M <= VectorRows && device.Peak(format).Value <= MostOverVector * device.VectorPeak.Value)
        {
            double compute = 2 * shape.Batch * shape.M * shape.N * shape.K / (device.VectorPeak.Value * constants.ComputeShare);
            product = Least(product, new(compute, Traffic(shape) / bandwidth));
        }

        double quantise = QuantiseTime(shape, device, constants);
        Seconds floor = shape.StaticScales && NeedsQuantisation(shape) ? constants.Floor * 0.5 : constants.Floor;
        return new(
            new(product.Compute), new(product.Memory + quantise), Seconds.Zero, floor, Seconds.Zero, floor + new Seconds(product.Time + quantise));
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
    public static double Traffic(GemmShape shape) => Operands(shape) + Result(shape);

    private static double Operands(GemmShape shape) => Activations(shape) + (shape.Batch * shape.WeightBytes * shape.N * shape.K);

    private static double Activations(GemmShape shape) => shape.Batch * shape.Activations.BytesPerElement() * shape.M * shape.K;

    private static double Result(GemmShape shape) =>
        shape.Batch * shape.M * shape.N * (shape.Activations is NumberFormat.Fp32 or NumberFormat.Tf32 ? 4 : 2);

    /// <summary>Traffic in bytes as long as the reads that would take its time.</summary>
    private static double Bytes(GemmShape shape, Accelerator device, GemmConstants constants)
    {
        double activations = Activations(shape);
        double cache = device.L2Cache.Value;
        double warm = cache > 0 ? Math.Clamp((1 - (activations / cache)) / (1 - WarmShare), 0, 1) : 0;
        return Operands(shape) - ((1 - CachedRead) * warm * activations) + (constants.WriteWeight * Result(shape));
    }

    /// <summary>The fastest of a library's tiles and splits.</summary>
    private static Product Fastest(GemmShape shape, Accelerator device, GemmConstants constants, GemmKernels kernels)
    {
        double bandwidth = constants.MemoryShare * device.MemoryBandwidth.Value;
        double traffic = Bytes(shape, device, constants);
        double depth = Math.Ceiling(shape.K / kernels.Depth) * kernels.Depth;
        var best = new Product(double.PositiveInfinity, 0, double.PositiveInfinity);
        foreach (int rowCap in GemmKernels.RowCaps)
        {
            double rowTiles = Math.Ceiling(shape.M / rowCap);
            double rows = Math.Ceiling(shape.M / rowTiles / kernels.RowGranularity) * kernels.RowGranularity;
            foreach (int columnCap in GemmKernels.ColumnCaps)
            {
                if (rowCap * columnCap > GemmKernels.LargestTile)
                {
                    continue;
                }

                double columnTiles = Math.Ceiling(shape.N / columnCap);
                double columns = Math.Ceiling(shape.N / columnTiles / 64) * 64;
                double tiles = rowTiles * columnTiles * shape.Batch;
                double step = Step(shape, device, constants, kernels, rows, columns);
                foreach (int split in GemmKernels.Splits)
                {
                    if (split > 1 && !(constants.SplitTime > Seconds.Zero && tiles * split <= 2 * device.Multiprocessors && depth / split >= LeastSplitDepth))
                    {
                        break;
                    }

                    double compute = Waves(tiles * split / device.Multiprocessors, kernels) * step * ((depth / split) + constants.PrologueDepth);
                    double memory = MemoryLatency + ((traffic + (split > 1 ? SplitBytes * shape.Batch * shape.M * shape.N * split : 0)) / bandwidth);
                    double extra = split > 1 ? constants.SplitTime.Value : 0;
                    if (Math.Max(compute, memory) + extra < best.Time)
                    {
                        var product = new Product(compute, memory);
                        best = Least(best, product with { Time = product.Time + extra });
                    }
                }
            }
        }

        return best;
    }

    /// <summary>The tile that a library picks by the sizes.</summary>
    private static Product Picked(GemmShape shape, Accelerator device, GemmConstants constants, GemmKernels kernels)
    {
        foreach (GemmTile tile in kernels.Fixed)
        {
            if (tile.IsFor(shape.M, shape.N, shape.K))
            {
                double depth = Math.Ceiling(shape.K / kernels.Depth) * kernels.Depth;
                double step = Step(shape, device, constants, kernels, tile.Rows, tile.Columns);
                double waves = Waves(tile.Count(shape.M, shape.N) * shape.Batch / device.Multiprocessors, kernels);
                double memory = MemoryLatency + (Bytes(shape, device, constants) / (constants.MemoryShare * device.MemoryBandwidth.Value));
                return new(waves * step * (depth + constants.PrologueDepth), memory);
            }
        }

        throw new ArgumentOutOfRangeException(nameof(shape), shape, "No tile of the library fits; the last has to fit all sizes.");
    }

    /// <summary>Seconds of one element of K in a tile.</summary>
    private static double Step(GemmShape shape, Accelerator device, GemmConstants constants, GemmKernels kernels, double rows, double columns)
    {
        double peak = device.Peak(ComputeFormat(shape.Activations, device)).Value;
        peak *= shape.Sparsity == SparseWeights.None ? 1 : StructuredSparsity.Speedup;
        double arithmetic = 2 * rows * columns * device.Multiprocessors / (peak * constants.ComputeShare);
        double step = SmoothMaximum.Of(arithmetic, constants.StepTime.Value, kernels.StepOrder);
        return shape.ExpandsWeights ? Math.Max(step, ExpandFlops * columns * device.Multiprocessors / device.VectorPeak.Value) : step;
    }

    private static double Waves(double waves, GemmKernels kernels) => Math.Max(1, kernels.WholeWaves ? Math.Ceiling(waves - WaveTolerance) : waves);

    private static Product Least(Product one, Product other) => other.Time < one.Time ? other : one;

    private static bool NeedsQuantisation(GemmShape shape) => shape.Activations is NumberFormat.Fp8 or NumberFormat.Fp8Block or NumberFormat.Nvfp4 or NumberFormat.Mxfp4 or NumberFormat.Int8;

    /// <summary>The kernel that finds the scale of each token and converts it: one block a row, two bytes read and the format's size written.</summary>
    private static double QuantiseTime(GemmShape shape, Accelerator device, GemmConstants constants)
    {
        if (!NeedsQuantisation(shape) || shape.StaticScales || constants.QuantiseRow <= Seconds.Zero)
        {
            return 0;
        }

        double rows = shape.M * shape.Batch;
        double elements = rows * shape.K;
        double memory = elements * (2 + shape.Activations.BytesPerElement()) / (constants.MemoryShare * device.MemoryBandwidth.Value);
        return SmoothMaximum.Of(
            rows * constants.QuantiseRow.Value / device.Multiprocessors,
            Math.Max(elements * constants.QuantiseElement.Value / device.Multiprocessors, memory), QuantiseOrder);
    }

    /// <summary>Times of one way to run a product: its arithmetic, its traffic, and both together.</summary>
    private readonly record struct Product(double Compute, double Memory, double Time)
    {
        public Product(double compute, double memory)
            : this(compute, memory, SmoothMaximum.Of(compute, memory, SmoothnessOrder))
        {
        }
    }
}
