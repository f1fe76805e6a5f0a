namespace LlmSim.Model.Architecture;

/// <summary>The part of a layer that transforms each token by itself.</summary>
public abstract record FeedForwardSpec;

/// <summary>Two matrices (plain), or three with a gate (SwiGLU, GeGLU).</summary>
/// <param name="IntermediateSize">Inner width f.</param>
/// <param name="Gated">Whether a gate multiplies the inner activations.</param>
/// <param name="Bias">Whether the matrices carry a bias.</param>
public sealed record DenseFeedForward(int IntermediateSize, bool Gated, bool Bias = false) : FeedForwardSpec;

/// <summary>Experts of which a router picks a few for each token.</summary>
/// <param name="Experts">Routed experts E.</param>
/// <param name="TopK">Experts k that each token visits.</param>
/// <param name="ExpertIntermediateSize">Inner width of one routed expert.</param>
/// <param name="SharedIntermediateSize">Inner width of the shared experts together; zero where there are none.</param>
/// <param name="Gated">Whether experts are gated.</param>
/// <param name="Groups">Groups of the group-limited router; one where it has none.</param>
/// <param name="TopKGroups">Groups that a token may use.</param>
/// <param name="SharedGate">Whether the shared expert has a gate of its own: one more vector of the hidden width.</param>
/// <param name="RouterBias">Whether the router keeps a correction bias per expert.</param>
/// <param name="ExpertBias">Whether the matrices of the experts carry a bias (gpt-oss).</param>
public sealed record MoeFeedForward(
    int Experts,
    int TopK,
    int ExpertIntermediateSize,
    int SharedIntermediateSize = 0,
    bool Gated = true,
    int Groups = 1,
    int TopKGroups = 1,
    bool SharedGate = false,
    bool RouterBias = false,
    bool ExpertBias = false) : FeedForwardSpec;
