namespace LlmSim.Model.Architecture;

/// <summary>One layer: what mixes tokens, then what transforms each token.</summary>
/// <param name="Mixer">Attention, latent attention, or a layer of constant state.</param>
/// <param name="FeedForward">Dense or mixture-of-experts; null where the layer has none.</param>
/// <param name="Norms">Norms over the hidden width in this layer: 2 before the sublayers, 4 where their outputs are normed as well, 1 where both share one.</param>
/// <param name="ParallelResidual">Whether both sublayers read the same input (GPT-J, Falcon), which saves one tensor-parallel exchange.</param>
public sealed record LayerSpec(SequenceMixer Mixer, FeedForwardSpec? FeedForward, int Norms = 2, bool ParallelResidual = false)
{
    /// <summary>Matrices that are products of two of a rank; null where all are whole.</summary>
    public LowRankFactors? LowRank { get; init; }
}

/// <summary>A kind of layer and how often it occurs.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Count">How many of it the model has.</param>
public readonly record struct LayerCount(LayerSpec Layer, int Count);
