using System.Collections.Immutable;
using LlmSim.Model.Calibration;
using LlmSim.Model.Collectives;
using LlmSim.Model.Draws;

namespace LlmSim.Model.Cost;

/// <summary>What kernels, links and hosts reach of the data sheet: the few constants of the cost model for one device and its software.</summary>
/// <remarks>Calibration makes a new one; it never edits a data sheet.</remarks>
public sealed record Efficiency
{
    /// <summary>Streams that the draws of one operator family may use.</summary>
    private const int StreamsOfFamily = 100;

    private const double GoldenRatio = 0.6180339887498949;

    /// <summary>Catalog key, such as <c>h100-sxm</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Key of the accelerator on which the constants were found.</summary>
    public required string Device { get; init; }

    /// <summary>Generation of that accelerator.</summary>
    public required string Generation { get; init; }

    /// <summary>Where the constants come from, for people.</summary>
    public required string Source { get; init; }

    /// <summary>Tables on which they were fitted.</summary>
    public ImmutableArray<string> FittedOn { get; init; } = [];

    /// <summary>Set where the constants were found on another device and are used for this one; says which and by what rule.</summary>
    public string? CarriedFrom { get; init; }

    /// <summary>Exponent on the error bands: above one where constants were carried over from another device.</summary>
    public double Widening { get; init; } = 1;

    /// <summary>Whether the constants come from another generation, whose kernels are others.</summary>
    public bool AcrossGenerations { get; init; }

    /// <summary>Matrix products by format of the arithmetic. At least bf16 is there.</summary>
    public required KernelTable<GemmConstants> Gemm { get; init; }

    /// <summary>Attention of decoding sequences by format of the cache. At least bf16 is there.</summary>
    public required KernelTable<DecodeAttentionConstants> DecodeAttention { get; init; }

    /// <summary>Attention of prompts by format of the cache. At least bf16 is there.</summary>
    public required KernelTable<PrefillAttentionConstants> PrefillAttention { get; init; }

    /// <summary>Routed experts by format of the weights. At least bf16 is there.</summary>
    public required KernelTable<ExpertsConstants> Experts { get; init; }

    /// <summary>Latent attention, absorbed form, by formats of cache and projections. At least bf16/bf16 is there.</summary>
    public required KernelTable<LatentAbsorbedConstants> LatentDecode { get; init; }

    /// <summary>Latent attention, expanded form, by formats of cache and projections. At least bf16/bf16 is there.</summary>
    public required KernelTable<LatentExpandedConstants> LatentPrefill { get; init; }

    /// <summary>Kernels that only stream tensors.</summary>
    public required Calibrated<StreamConstants> Stream { get; init; }

    /// <summary>Exchanges between devices.</summary>
    public required CollectiveConstants Collectives { get; init; }

    /// <summary>The host of a serving engine.</summary>
    public required Calibrated<ServingHostConstants> ServingHost { get; init; }

    /// <summary>What sustained training steps add to kernels timed alone.</summary>
    public required Calibrated<TrainingConstants> Training { get; init; }

    /// <summary>Seed of the draw that this efficiency is; null for the constants themselves. The cost model then draws residuals of operators too.</summary>
    public long? DrawSeed { get; init; }

    /// <summary>The draw of what whole runs add to their parts: a factor on the time of a run; one where nothing was drawn.</summary>
    /// <param name="spread">Spread of whole runs.</param>
    /// <param name="seconds">Predicted time of the run.</param>
    public double WholeRunFactor(ResidualSpread spread, double seconds) => DrawSeed is not { } seed
        ? 1
        : spread.At(seconds).Widened(Widening).Factor(NormalQuantile.At(Spread(seed)));

    /// <summary>Evenly spread numbers between 0 and 1, so that a few draws show both tails of the one factor that matters most.</summary>
    private static double Spread(long seed) => Math.Clamp(((seed + 0.5) * GoldenRatio) % 1, 1e-3, 1 - 1e-3);

    /// <summary>One of the efficiencies that the data leaves possible: constants drawn from their covariances, and with them residuals of operators.</summary>
    /// <remarks>The same seed draws the same normals for every device and scenario, so that differences between scenarios are not noise.</remarks>
    public Efficiency Draw(long seed)
    {
        int family = 0;
        return this with
        {
            DrawSeed = seed,
            Gemm = Gemm.Draw(seed, Next()),
            DecodeAttention = DecodeAttention.Draw(seed, Next()),
            PrefillAttention = PrefillAttention.Draw(seed, Next()),
            Experts = Experts.Draw(seed, Next()),
            LatentDecode = LatentDecode.Draw(seed, Next()),
            LatentPrefill = LatentPrefill.Draw(seed, Next()),
            Stream = Stream with { Constants = Stream.Draw(new CounterRandom(seed, Next())) },
            Collectives = Collectives.Draw(seed, Next()),
            ServingHost = ServingHost with { Constants = ServingHost.Draw(new CounterRandom(seed, Next())) },
            Training = Training with { Constants = Training.Draw(new CounterRandom(seed, Next())) },
        };

        int Next() => StreamsOfFamily * ++family;
    }
}
