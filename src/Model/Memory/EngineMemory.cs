using LlmSim.Model.Units;

namespace LlmSim.Model.Memory;

/// <summary>How a serving engine decides what is left for the KV cache.</summary>
public sealed record EngineMemory
{
    /// <summary>Sequences up to which no profiling reserve was seen.</summary>
    public const int ReserveFromSequences = 256;

    /// <summary>Sequences at which <see cref="ProfilingReserve"/> was fitted.</summary>
    public const int ReserveAtSequences = 1024;

    /// <summary>vLLM: 0.9·mem - weights - 1 GB - sampler - activations. Share is its <c>gpu-memory-utilization</c>.</summary>
    public static EngineMemory Vllm { get; } = new()
    {
        Name = "vllm",
        Share = 0.9,
        Context = Bytes.Gigabytes(1),
        CountsActivations = true,
        LogitBytes = 4,
        ProfilingReserve = Bytes.Gigabytes(5.4),
        Source = "fitted on Qwen3-32B H100 servers; without the profiling reserve within 2 % of an RTX 4090 server's own figure",
    };

    /// <summary>TensorRT-LLM: 0.9·(mem - weights - 2.5 GB - activations). Share is its <c>free_gpu_memory_fraction</c>.</summary>
    public static EngineMemory TensorRtLlm { get; } = new()
    {
        Name = "tensorrt-llm",
        Share = 0.9,
        IsShareOfFree = true,
        Context = Bytes.Gigabytes(2.5),
        CountsActivations = true,
        Source = "fitted on Llama-3.1-8B H100 servers",
    };

    /// <summary>
    /// SGLang: 0.8·mem - weights - 0.6 GB; activations and graphs live in the other fifth. Share is its <c>mem-fraction-static</c>.
    /// </summary>
    public static EngineMemory Sglang { get; } = new()
    {
        Name = "sglang",
        Share = 0.8,
        Context = Bytes.Gigabytes(0.6),
        Source = "fitted on Qwen3-32B H100 servers",
    };

    /// <summary>Name of the engine.</summary>
    public required string Name { get; init; }

    /// <summary>Share of the memory, or of what is free, that the engine may fill; 0 to 1.</summary>
    public required double Share { get; init; }

    /// <summary>Whether the share applies to what weights and activations leave free instead of the whole memory.</summary>
    public bool IsShareOfFree { get; init; }

    /// <summary>Driver context, communication buffers and, unless stated apart, captured graphs.</summary>
    public required Bytes Context { get; init; }

    /// <summary>Captured graphs where they are known apart; zero where <see cref="Context"/> contains them.</summary>
    public Bytes Graphs { get; init; }

    /// <summary>Whether the peak of the activations is taken from the share; else it lives outside.</summary>
    public bool CountsActivations { get; init; }

    /// <summary>Bytes of one logit; zero where <see cref="Context"/> contains them.</summary>
    public double LogitBytes { get; init; }

    /// <summary>
    /// What the start-up profile sets aside when <see cref="ReserveAtSequences"/> sequences are allowed, which is vLLM's default on large devices.
    /// </summary>
    public Bytes ProfilingReserve { get; init; }

    /// <summary>Where the figures come from.</summary>
    public required string Source { get; init; }

    /// <summary>Logits, or the profiling reserve where that is more.</summary>
    /// <remarks>
    /// Two points are known of the reserve: 5.4 GB at the default of 1024 sequences (inferred from queueing) and none at 256 (read from a server's
    /// own block count). Between them a straight line is assumed.
    /// </remarks>
    public Bytes Sampler(int sequences, int vocabulary)
    {
        double reached = Math.Clamp((double)(sequences - ReserveFromSequences) / (ReserveAtSequences - ReserveFromSequences), 0, 1);
        return Bytes.Max(new Bytes(LogitBytes * sequences * vocabulary), ProfilingReserve * reached);
    }
}
