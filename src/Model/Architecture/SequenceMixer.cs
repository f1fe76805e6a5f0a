using LlmSim.Model.Hardware;
using LlmSim.Model.Units;

namespace LlmSim.Model.Architecture;

/// <summary>The part of a layer in which tokens see each other.</summary>
public abstract record SequenceMixer;

/// <summary>Softmax attention with keys and values per head: multi-head (kv = q), multi-query (kv = 1) and grouped-query between.</summary>
/// <param name="Heads">Query heads a.</param>
/// <param name="KvHeads">Key and value heads.</param>
/// <param name="HeadSize">Width d of a head.</param>
/// <param name="Window">Tokens that a position sees, itself included; zero for all.</param>
/// <param name="Bias">Which projections carry a bias.</param>
/// <param name="QkNorm">Whether queries and keys are normed before the product.</param>
/// <param name="Sinks">Whether each head learns a sink logit (gpt-oss).</param>
/// <param name="OutputGate">Whether the query projection also produces a gate of the output (Qwen3-Next): its width doubles.</param>
public sealed record AttentionSpec(
    int Heads,
    int KvHeads,
    int HeadSize,
    int Window = 0,
    AttentionBias Bias = AttentionBias.None,
    QkNorm QkNorm = QkNorm.None,
    bool Sinks = false,
    bool OutputGate = false) : SequenceMixer;

/// <summary>Which projections of an attention layer carry a bias.</summary>
public enum AttentionBias
{
    /// <summary>None of them.</summary>
    None,

    /// <summary>Query, key and value.</summary>
    Qkv,

    /// <summary>Query, key, value and output.</summary>
    All,
}

/// <summary>Whether and how queries and keys are normed.</summary>
public enum QkNorm
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>One gain of head size, shared by all heads.</summary>
    PerHead,

    /// <summary>Over the full width of all heads; under tensor parallelism it needs a small all-reduce.</summary>
    FullWidth,
}

/// <summary>Multi-head latent attention (DeepSeek-V2): the cache holds one compressed vector per token.</summary>
/// <param name="Heads">Query heads a.</param>
/// <param name="QueryRank">Width of the compressed query; zero where queries are not compressed.</param>
/// <param name="KvRank">Width of the compressed keys and values.</param>
/// <param name="NopeHeadSize">Width of the part of a head without position.</param>
/// <param name="RopeHeadSize">Width of the rotary part, shared by all heads in the cache.</param>
/// <param name="ValueHeadSize">Width of a value head.</param>
/// <param name="IndexHeads">Heads of a sparse-attention indexer; zero where there is none.</param>
/// <param name="IndexHeadSize">Width of an indexer head.</param>
/// <param name="IndexTopK">Tokens that the indexer keeps.</param>
public sealed record LatentAttentionSpec(
    int Heads,
    int QueryRank,
    int KvRank,
    int NopeHeadSize,
    int RopeHeadSize,
    int ValueHeadSize,
    int IndexHeads = 0,
    int IndexHeadSize = 0,
    int IndexTopK = 0) : SequenceMixer;

/// <summary>A linear-attention or state-space layer: constant state per sequence instead of a growing cache.</summary>
/// <param name="Kind">What recurrence it is.</param>
/// <param name="KeyHeads">Heads (or groups) of the keys.</param>
/// <param name="ValueHeads">Heads of the values, which carry the state.</param>
/// <param name="KeyHeadSize">Width of a key head; the state size N of a state-space layer.</param>
/// <param name="ValueHeadSize">Width of a value head.</param>
/// <param name="ConvolutionWidth">Taps of the short causal convolution; zero where there is none.</param>
public sealed record StateSpaceSpec(StateSpaceKind Kind, int KeyHeads, int ValueHeads, int KeyHeadSize, int ValueHeadSize, int ConvolutionWidth) : SequenceMixer
{
    /// <summary>State of one sequence in one layer, kept in fp32, and the last taps of the convolution in bf16.</summary>
    public Bytes StatePerSequence =>
        (NumberFormat.Fp32.Size() * ((double)ValueHeads * KeyHeadSize * ValueHeadSize))
        + (NumberFormat.Bf16.Size() * ((double)ConvolutionChannels * Math.Max(0, ConvolutionWidth - 1)));

    /// <summary>Channels that pass the convolution: queries, keys and values.</summary>
    public int ConvolutionChannels => (2 * KeyHeads * KeyHeadSize) + (ValueHeads * ValueHeadSize);
}

/// <summary>The recurrence of a constant-state layer.</summary>
public enum StateSpaceKind
{
    /// <summary>Gated delta rule (Qwen3-Next, Qwen3.5).</summary>
    GatedDeltaNet,

    /// <summary>Mamba-2.</summary>
    Mamba2,

    /// <summary>Linear attention with a decay (Lightning attention, MiniMax-01).</summary>
    LinearAttention,
}
