using LlmSim.Model.Architecture;
using LlmSim.Model.Collectives;
using LlmSim.Model.Hardware;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;

namespace LlmSim.Model.Operators;

/// <summary>The sizes from which a kernel model prices an operator.</summary>
public abstract record OperatorShape;

/// <summary>A product of an M x K with a K x N matrix, <paramref name="Batch"/> times.</summary>
/// <param name="M">Rows of the result: tokens.</param>
/// <param name="N">Columns of the result.</param>
/// <param name="K">Inner size.</param>
/// <param name="Batch">Independent products.</param>
/// <param name="Activations">Format of the left operand and of the arithmetic.</param>
/// <param name="Weights">Format of the right operand in memory; where it differs, it is expanded on the way (weight-only quantisation).</param>
/// <param name="StaticScales">Whether the scales of quantised activations are known beforehand, so that no kernel has to find them.</param>
public sealed record GemmShape(
    double M, double N, double K, double Batch, NumberFormat Activations, NumberFormat Weights, bool StaticScales = false) : OperatorShape
{
    /// <summary>Which passes find the right operand 2:4 sparse.</summary>
    public SparseWeights Sparsity { get; init; }

    /// <summary>Bytes of one element of the right operand in memory.</summary>
    public double WeightBytes => Sparsity == SparseWeights.None ? Weights.BytesPerElement() : StructuredSparsity.Bytes(Weights);

    /// <summary>Whether weights are narrower in memory than in the arithmetic, so that kernels expand them (weight-only quantisation).</summary>
    public bool ExpandsWeights => Weights.BytesPerElement() < 0.75 * Activations.BytesPerElement();
}

/// <summary>Attention of decoding sequences, one new token each, over their cached keys and values.</summary>
/// <param name="Sequences">Sequences B.</param>
/// <param name="Context">Sum of the tokens that they attend to.</param>
/// <param name="Heads">Query heads on this device.</param>
/// <param name="KvHeads">Key and value heads on this device.</param>
/// <param name="HeadSize">Width of a head.</param>
/// <param name="Cache">Format of the cache.</param>
/// <param name="NewTokens">New tokens that each sequence brings; more than one under speculation.</param>
/// <param name="Window">Tokens that a position sees; zero for all. It cuts once the mean context has reached it.</param>
public sealed record DecodeAttentionShape(
    double Sequences, double Context, double Heads, double KvHeads, double HeadSize, NumberFormat Cache, double NewTokens = 1, int Window = 0) : OperatorShape;

/// <summary>Causal attention of prompts or parts of prompts.</summary>
/// <param name="Chunks">Sequences B that bring new tokens.</param>
/// <param name="Tokens">New tokens over all of them.</param>
/// <param name="Scores">Pairs of a query and a key under the mask, for one head.</param>
/// <param name="Past">Cached tokens over all of them.</param>
/// <param name="Heads">Query heads on this device.</param>
/// <param name="KvHeads">Key and value heads on this device.</param>
/// <param name="HeadSize">Width of a head.</param>
/// <param name="Window">Tokens that a position sees; zero for all.</param>
/// <param name="Cache">Format of the cache.</param>
/// <param name="Backward">Whether it is the gradient of such an attention.</param>
/// <param name="WritesCache">Whether new keys and values are written to a cache, as in serving.</param>
public sealed record PrefillAttentionShape(
    double Chunks, double Tokens, double Scores, double Past, double Heads, double KvHeads, double HeadSize, int Window, NumberFormat Cache, bool Backward = false,
    bool WritesCache = true)
    : OperatorShape;

/// <summary>A whole latent-attention module between its norm and its residual sum: projections, cache and attention.</summary>
/// <param name="Spec">Ranks and head sizes.</param>
/// <param name="HiddenSize">Width of the residual stream.</param>
/// <param name="Heads">Query heads on this device.</param>
/// <param name="Sequences">Decoding sequences, or chunks of prompts.</param>
/// <param name="Tokens">New tokens.</param>
/// <param name="Context">Absorbed: tokens that a new token attends to, in the mean over a sequence's new tokens, summed over sequences. Else: pairs of a query and a key.</param>
/// <param name="Past">Cached tokens of the prompts.</param>
/// <param name="Form">Where queries and keys meet.</param>
/// <param name="Cache">Format of the cache.</param>
/// <param name="Weights">Format of the projections.</param>
/// <param name="Queries">Format of expanded queries: engines may quantise them for prompts.</param>
public sealed record LatentAttentionShape(
    LatentAttentionSpec Spec, int HiddenSize, double Heads, double Sequences, double Tokens, double Context, double Past, LatentForm Form, NumberFormat Cache,
    NumberFormat Weights, NumberFormat Queries = NumberFormat.Bf16) : OperatorShape
{
    /// <summary>Whether every new token attends in the compressed space.</summary>
    public bool IsAbsorbed => Form == LatentForm.Absorbed;
}

/// <summary>The form in which latent attention runs (DeepSeek-V2, arXiv 2405.04434, section 2.1.2).</summary>
public enum LatentForm
{
    /// <summary>Queries are brought into the compressed space, in which all heads share the cached tokens: decoding.</summary>
    Absorbed,

    /// <summary>Keys and values are expanded for each head: prompts.</summary>
    Expanded,

    /// <summary>A prompt in whichever form costs less of those that an engine runs for chunks of its length.</summary>
    Either,
}

/// <summary>The routed experts of one layer on one device.</summary>
/// <param name="Spec">Experts and widths of the whole layer.</param>
/// <param name="HiddenSize">Width of the residual stream.</param>
/// <param name="Tokens">Tokens entering the layer over all expert-parallel ranks.</param>
/// <param name="TensorShards">Parts into which each expert is split.</param>
/// <param name="ExpertShards">Ranks that share the experts.</param>
/// <param name="Activations">Format of the activations and the arithmetic.</param>
/// <param name="Weights">Format of the expert weights.</param>
/// <param name="Backward">0 forward, 1 gradient of the inputs, 2 gradient of the weights.</param>
/// <param name="Routing">How tokens choose experts.</param>
/// <param name="Kernel">Which implementation runs; null for the one that is usual on the device.</param>
/// <param name="WarmCache">Whether a benchmark calls the same layer again and again, so that small weights stay in the second-level cache.</param>
/// <param name="TunedTiles">Whether tiles were searched for this very layer, as engines do at their start; benchmarks often do not.</param>
/// <param name="RowFactor">Rows of the slowest rank relative to an even share; grouped products of training count it.</param>
public sealed record ExpertsShape(
    MoeFeedForward Spec, int HiddenSize, double Tokens, int TensorShards, int ExpertShards, NumberFormat Activations, NumberFormat Weights, int Backward = 0,
    ExpertRouting Routing = default, ExpertsKernel? Kernel = null, bool WarmCache = false, bool TunedTiles = false,
    double RowFactor = 1) : OperatorShape;

/// <summary>An exchange between the devices of a group.</summary>
/// <param name="Kind">What is exchanged.</param>
/// <param name="Group">Between which ranks.</param>
/// <param name="Ranks">How many of them.</param>
/// <param name="Message">The whole tensor as each rank sees it before an all-reduce or a reduce-scatter, after an all-gather, or sends in an all-to-all.</param>
/// <param name="Overlapped">Whether it may run beside independent work.</param>
/// <param name="Format">Number format of the elements.</param>
public sealed record CommunicationShape(
    CollectiveKind Kind, GroupKind Group, int Ranks, Bytes Message, bool Overlapped = false, NumberFormat Format = NumberFormat.Bf16) : OperatorShape;
