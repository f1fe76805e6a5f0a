using LlmSim.Model.Units;

namespace LlmSim.Model.Memory;

/// <summary>How a serving engine decides what is left for the KV cache.</summary>
public sealed record EngineMemory
{
    /// <summary>vLLM: 0.9·mem - weights - 1 GB - sampler - activations. Share is its <c>gpu-memory-utilization</c>.</summary>
    public static EngineMemory Vllm { get; } = new()
    {
        Name = "vllm",
        Share = 0.9,
        Context = Bytes.Gigabytes(1),
        CountsActivations = true,
        SamplerBytesPerLogit = 35,
        Source = "fitted on Qwen3-32B H100 servers",
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

    /// <summary>SGLang: 0.8·mem - weights - 0.6 GB; activations and graphs live in the other fifth. Share is its <c>mem-fraction-static</c>.</summary>
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

    /// <summary>Bytes per logit that the profiling run's sampler holds for every sequence of the largest batch.</summary>
    /// <remarks>vLLM: fp32 logits, sorted copies, indices and masks. 35 B = 5.4 GB fitted / (1024 sequences x 151,936 tokens).</remarks>
    public double SamplerBytesPerLogit { get; init; }

    /// <summary>Where the figures come from.</summary>
    public required string Source { get; init; }
}
