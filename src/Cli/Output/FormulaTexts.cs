using System.Collections.Immutable;
using LlmSim.Model.Operators;

namespace LlmSim.Cli.Output;

/// <summary>How a family of costs is computed, for people to read; computes nothing.</summary>
/// <param name="Name">Name of the family.</param>
/// <param name="Formula">The formula in words and symbols.</param>
/// <param name="Source">Where it comes from.</param>
internal sealed record FormulaText(string Name, string Formula, string Source);

/// <summary>The formulas of the cost model in words, each once. A formula that changes in Model/Cost changes here too.</summary>
internal static class FormulaTexts
{
    private const string MicroBenchmarks = "fitted on published kernel micro-benchmarks (the efficiency names them)";

    private const string ServerMeasurements = "fitted on published server measurements";

    private static readonly FormulaText Gemm = new(
        "matrix product",
        "floor + min over tiles and K-splits of pnorm₃(compute, memory); compute = max(1, tiles·s/SMs) waves × 2·TM·TN·(K/s + k₀)·SMs/(peak·share), "
        + "memory = bytes/(bandwidth·share); sustained training steps multiply it by the efficiency's gemm factor",
        "tile and wave quantization of GEMMs (NVIDIA, Matrix Multiplication Background); " + MicroBenchmarks);

    private static readonly FormulaText Decode = new(
        "decode attention",
        "floor + scheduling of each sequence + pnorm(cache bytes/(bandwidth·share), item time × ramp(sequences × KV heads/SMs) × (d/128)^a + longest chain); "
        + "the first wave of items is in the floor, and idle multiprocessors split long contexts",
        "the KV cache is read once a token (Pope 2022, section 2); " + MicroBenchmarks);

    private static readonly FormulaText Prefill = new(
        "prefill attention",
        "floor + pnorm(all tiles, longest tile) + bytes/(bandwidth·share) + cache slots; each score of a tile costs 4d/(peak·share) "
        + "and an exponential; the gradient 2.5 times the products",
        "FlashAttention-2 (Dao 2023, section 3); " + MicroBenchmarks);

    private static readonly FormulaText Latent = new(
        "latent attention",
        "absorbed: floor + projections + absorption + copies + pnorm₃(compressed cache bytes, scores in the compressed space, longest context); "
        + "expanded: floor + projections + scores in blocks + copies; a short prompt in the cheaper form",
        "DeepSeek-V2 (2024), section 2.1; " + MicroBenchmarks);

    private static readonly FormulaText Experts = new(
        "routed experts",
        "floor + grouped products of the busiest rank: pnorm₂(arithmetic of loads padded to whole tiles, weights of the touched experts/(bandwidth·share)) "
        + "+ permutation bytes/(bandwidth·share); uniform routing touches E(1 − (1 − k/E)^T) experts with Poisson loads",
        "tiles of kernel families: vLLM 0.24; " + MicroBenchmarks);

    private static readonly FormulaText Exchange = new(
        "exchange between devices",
        "latency and steps of the algorithm, then volume factor × message/(link·share), in the protocol that the library chooses; all-reduce moves 2(n−1)/n of the "
        + "message, all-gather, reduce-scatter and all-to-all (n−1)/n, a switch 1 + 1/n",
        "Thakur 2005 (ring and tree collectives); " + MicroBenchmarks);

    private static readonly FormulaText Stream = new(
        "streaming kernel",
        "floor × launches + max(bytes/(bandwidth·share), operations/vector peak)",
        "roofline (Williams 2009); " + MicroBenchmarks);

    /// <summary>What surrounds the operators of a training step.</summary>
    public static ImmutableArray<FormulaText> OfTraining { get; } =
    [
        new("host", "max(device, n·τ) + λ·min(device, n·τ) for n launches of τ each", "fitted on published training steps"),
        new("pipeline", "replay of the schedule with the passes' prices; beside it m·t_max + (p − 1)·t_mid/v + transfers", "Narayanan 2021, section 2.2"),
        new(
            "gradient exchange",
            "all-reduce (ZeRO 0), reduce-scatter and all-gather (ZeRO 1, 2), both for each micro-batch (ZeRO 3); overlapped ones show what 0.8 of the work cannot hide",
            "Rajbhandari 2020"),
        new("optimizer", "bytes of an Adam step × local parameters/(bandwidth·share)", "fitted on published training steps"),
        new(
            "model operations",
            "3 × forward operations of matrix products and attention; with full attention 72BLsh²(1 + s/6h + V/12hL) for classic layers",
            "Narayanan 2021, appendix"),
        new("MFU, HFU", "model (hardware) operations/(step × devices × dense peak)", "Chowdhery 2022 (PaLM), appendix B"),
    ];

    /// <summary>What surrounds the operators of a serving iteration.</summary>
    public static ImmutableArray<FormulaText> OfServing { get; } =
    [
        new("iteration", "factor × sum of the kernels + host time; an asynchronous host shows only where it is slower", ServerMeasurements),
        new("host", "time a step + time × running sequences + time × prompts or parts of them", ServerMeasurements),
        new(
            "queue",
            "discrete-event replay of arrivals, the batching policy and the paged KV cache",
            "Orca (Yu 2022), vLLM (Kwon 2023), Sarathi-Serve (Agrawal 2024)"),
    ];

    /// <summary>The formula of an operator's price.</summary>
    public static FormulaText Of(Operator op) => op.Shape switch
    {
        GemmShape => Gemm,
        DecodeAttentionShape => Decode,
        PrefillAttentionShape => Prefill,
        LatentAttentionShape => Latent,
        ExpertsShape => Experts,
        CommunicationShape => Exchange,
        _ => Stream,
    };

    /// <summary>The formulas that the operators of some tables need, in order of first use.</summary>
    public static IEnumerable<FormulaText> Of(IEnumerable<OperatorRows> tables) =>
        tables.SelectMany(static rows => rows.Groups).SelectMany(static group => group.Operators).Select(static priced => Of(priced.Operator)).Distinct();
}
