using LlmSim.Model.Units;

namespace LlmSim.Model.Collectives;

/// <summary>
/// What collectives reach on a generation of devices: latencies in seconds, bandwidths as shares of the data sheet so that they carry over.
/// </summary>
public sealed record CollectiveConstants
{
    /// <summary>
    /// Hopper: fitted on NCCL 2.29 and vLLM 0.19 rows of 8 H100 (NVLink 450 GB/s a direction, HBM 3350 GB/s); 8-9 % on H200 rows with its own data
    /// sheet.
    /// </summary>
    public static CollectiveConstants Hopper { get; } = new()
    {
        Source = "fitted on H100 SXM micro-benchmarks of the aiconfigurator project, 2-8 ranks in one node",
        AllReduce = new(
            Seconds.Microseconds(5.25),
            Seconds.Microseconds(1.52),
            132d / 450,
            Seconds.Microseconds(20.0),
            Seconds.Microseconds(1.07),
            413d / 450,
            1117d / 3350),
        GatherScatter = new(
            Seconds.Microseconds(5.25),
            Seconds.Microseconds(0.75),
            118d / 450,
            Seconds.Microseconds(21.6),
            Seconds.Microseconds(0.09),
            585d / 450,
            836d / 3350),
        AllToAll = new(
            Seconds.Microseconds(6.43),
            Seconds.Microseconds(0.13),
            17.3 / 450,
            Seconds.Microseconds(13.3),
            Seconds.Zero,
            333d / 450,
            2633d / 3350),
        Direct = new(
            Seconds.Microseconds(4.48),
            267d / 450,
            Seconds.Microseconds(9.64),
            585d / 450,
            613d / 3350,
            Seconds.Microseconds(18.1),
            588d / 450),
        ScaleOut = ScaleOutConstants.Default,
        PointToPoint = PointToPointConstants.Default,
    };

    /// <summary>Ampere: fitted on NCCL 2.27 and vLLM 0.14 rows of 8 A100 (NVLink 300 GB/s a direction, HBM 2039 GB/s).</summary>
    public static CollectiveConstants Ampere { get; } = new()
    {
        Source = "fitted on A100 SXM micro-benchmarks of the aiconfigurator project, 2-8 ranks in one node",
        AllReduce = new(
            Seconds.Microseconds(8.96),
            Seconds.Microseconds(1.85),
            57d / 300,
            Seconds.Microseconds(37.9),
            Seconds.Microseconds(0.08),
            236d / 300,
            926d / 2039),
        GatherScatter = new(
            Seconds.Microseconds(10.3),
            Seconds.Microseconds(0.67),
            64d / 300,
            Seconds.Microseconds(40.8),
            Seconds.Microseconds(0.23),
            280d / 300,
            776d / 2039),
        AllToAll = new(
            Seconds.Microseconds(12.5),
            Seconds.Microseconds(0.09),
            65d / 300,
            Seconds.Microseconds(27.6),
            Seconds.Microseconds(1.65),
            276d / 300,
            764d / 2039),
        Direct = new(
            Seconds.Microseconds(5.24),
            170d / 300,
            Seconds.Microseconds(13.9),
            273d / 300,
            962d / 2039,
            Seconds.Microseconds(59.8),
            254d / 300),
        ScaleOut = ScaleOutConstants.Default,
        PointToPoint = PointToPointConstants.Default,
    };

    /// <summary>For a device without constants of its own: <see cref="Hopper"/>. On B200 with its own link this is 28-30 % low.</summary>
    public static CollectiveConstants Default => Hopper;

    /// <summary>What they were fitted on.</summary>
    public required string Source { get; init; }

    /// <summary>NCCL all-reduce.</summary>
    public required LibraryConstants AllReduce { get; init; }

    /// <summary>NCCL all-gather and reduce-scatter; broadcast is priced with them too.</summary>
    public required LibraryConstants GatherScatter { get; init; }

    /// <summary>NCCL all-to-all.</summary>
    public required LibraryConstants AllToAll { get; init; }

    /// <summary>An inference engine's own all-reduce inside a captured graph.</summary>
    public required DirectConstants Direct { get; init; }

    /// <summary>Exchanges that leave the node.</summary>
    public required ScaleOutConstants ScaleOut { get; init; }

    /// <summary>Send and receive between two ranks.</summary>
    public required PointToPointConstants PointToPoint { get; init; }
}

/// <summary>A library collective on n ranks of one domain: the smaller of a low-latency and a bandwidth protocol.</summary>
/// <remarks>
/// t = min(A0 + A1(n-1) + phi M/(el·NV), B0 + B1(n-1) + phi M/(es·NV) + M/(lc·W)), with NV the scale-up and W the memory bandwidth.
/// </remarks>
/// <param name="A0">Latency of the low-latency protocol, seconds.</param>
/// <param name="A1">Its latency for each further rank, seconds.</param>
/// <param name="LowLatencyShare">Its bandwidth el as a share of the scale-up link.</param>
/// <param name="B0">Latency of the bandwidth protocol, seconds.</param>
/// <param name="B1">Its latency for each further rank, seconds.</param>
/// <param name="Share">
/// Its bandwidth es as a share of the scale-up link; above one where <paramref name="LargeShare"/> carries part of the cost.
/// </param>
/// <param name="LargeShare">Rate lc at which the message also passes local memory, as a share of the memory bandwidth.</param>
public readonly record struct LibraryConstants(
    Seconds A0,
    Seconds A1,
    double LowLatencyShare,
    Seconds B0,
    Seconds B1,
    double Share,
    double LargeShare);

/// <summary>An engine's own all-reduce on n ranks of one domain.</summary>
/// <remarks>
/// M below 8 MiB: t = min(A1 + (n-1)M/(e1·NV), A2 + 2(n-1)/n M/(e2·NV) + M/(lc·W)); from 8 MiB on the larger of that and A3 + 2(n-1)/n M/(e3·NV) +
/// M/(lc·W), because the engine then hands over to the library.
/// </remarks>
/// <param name="A1">Latency of one-shot, seconds.</param>
/// <param name="Share1">Bandwidth e1 of one-shot as a share of the scale-up link.</param>
/// <param name="A2">Latency of two-shot, seconds.</param>
/// <param name="Share2">Bandwidth e2 of two-shot as a share of the scale-up link.</param>
/// <param name="LargeShare">Rate lc at which the message also passes local memory, as a share of the memory bandwidth.</param>
/// <param name="A3">Latency above 8 MiB, seconds.</param>
/// <param name="Share3">Bandwidth e3 above 8 MiB as a share of the scale-up link.</param>
public readonly record struct DirectConstants(Seconds A1, double Share1, Seconds A2, double Share2, double LargeShare, Seconds A3, double Share3);

/// <summary>An exchange across nodes.</summary>
/// <param name="Latency">Fixed time, seconds.</param>
/// <param name="LatencyPerDoubling">Time for each doubling of the number of nodes, seconds.</param>
/// <param name="NicShare">Achieved share of the network card's data sheet.</param>
public readonly record struct ScaleOutConstants(Seconds Latency, Seconds LatencyPerDoubling, double NicShare)
{
    /// <summary>20 us, 8 us per doubling, 70 % of the card: picked on A100 training steps, where 50-90 % could not be told apart.</summary>
    public static ScaleOutConstants Default { get; } = new(Seconds.Microseconds(20), Seconds.Microseconds(8), 0.7);
}

/// <summary>A message between two ranks.</summary>
/// <param name="Latency">Fixed time, seconds.</param>
/// <param name="ScaleUpShare">Achieved share of the scale-up link for one pair.</param>
public readonly record struct PointToPointConstants(Seconds Latency, double ScaleUpShare)
{
    /// <summary>10 us, and 47 of 300 GB/s: 28.3 MB in 0.60 ms on A100 (Zero Bubble 2024, profile of the 1.5B model), host time included.</summary>
    public static PointToPointConstants Default { get; } = new(Seconds.Microseconds(10), 47d / 300);
}
