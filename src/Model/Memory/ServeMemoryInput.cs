using LlmSim.Model.Architecture;
using LlmSim.Model.Hardware;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;

namespace LlmSim.Model.Memory;

/// <summary>What decides the memory of one replica of a server.</summary>
public sealed record ServeMemoryInput
{
    /// <summary>The model.</summary>
    public required TransformerArchitecture Architecture { get; init; }

    /// <summary>How it is spread. Data-parallel ranks hold caches of their own.</summary>
    public ParallelLayout Layout { get; init; } = ParallelLayout.Single;

    /// <summary>How weights are stored.</summary>
    public WeightFormats Weights { get; init; } = WeightFormats.Of(NumberFormat.Bf16);

    /// <summary>Format of the KV cache.</summary>
    public NumberFormat KvFormat { get; init; } = NumberFormat.Bf16;

    /// <summary>Most tokens in one iteration.</summary>
    public int MaxBatchedTokens { get; init; } = 8192;

    /// <summary>Most sequences that run at once.</summary>
    public int MaxSequences { get; init; } = 256;

    /// <summary>Longest context that a request may reach in tokens; zero for the model's own.</summary>
    public int MaxContext { get; init; }

    /// <summary>Context for which capacity in tokens is stated in models with windows or states; zero for <see cref="MaxContext"/>.</summary>
    public int TypicalContext { get; init; }

    /// <summary>Sequences of the longest context that have to fit at once for the layout to count as feasible.</summary>
    public int RequiredSequences { get; init; } = 1;

    /// <summary>Tokens in a block of the cache.</summary>
    public int BlockSize { get; init; } = 16;

    /// <summary>How the engine divides memory.</summary>
    public EngineMemory Engine { get; init; } = EngineMemory.Vllm;

    /// <summary>Further weights on each device, such as a draft model or adapters.</summary>
    public Bytes ExtraWeights { get; init; }

    /// <summary>The longest context in tokens, stated or the model's.</summary>
    public int EffectiveMaxContext => MaxContext > 0 ? MaxContext : Architecture.MaxContext;

    /// <summary>The typical context in tokens, stated or the longest.</summary>
    public int EffectiveTypicalContext => TypicalContext > 0 ? TypicalContext : EffectiveMaxContext;
}
