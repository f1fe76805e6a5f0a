namespace LlmSim.Model.Architecture;

/// <summary>Which parameters a step trains. Whatever is frozen has no weight gradient and no optimizer state, and nothing below the lowest trained part has a backward pass.</summary>
public sealed record TrainedParts
{
    /// <summary>Everything: pretraining and full fine-tuning.</summary>
    public static readonly TrainedParts All = new();

    /// <summary>Adapters that are trained in place of all else; null where the parameters themselves are.</summary>
    public LoraAdapters? Adapters { get; init; }

    /// <summary>Layers from the first on that are frozen, without adapters.</summary>
    public int FrozenLayers { get; init; }

    /// <summary>Whether the embedding is frozen, and with it a head that shares its matrix.</summary>
    public bool FrozenEmbedding { get; init; }

    /// <summary>Whether nothing is frozen.</summary>
    public bool IsWhole => Adapters is null && FrozenLayers == 0 && !FrozenEmbedding;

    /// <summary>Whether the embedding is trained.</summary>
    public bool TrainsEmbedding => Adapters is null && !FrozenEmbedding;

    /// <summary>Whether the final norm is trained.</summary>
    public bool TrainsFinalNorm => Adapters is null;

    /// <summary>Whether the head of a model is trained.</summary>
    public bool TrainsHead(TransformerArchitecture architecture) => Adapters is null && !(FrozenEmbedding && architecture.TiedEmbeddings);

    /// <summary>What is trained of a layer.</summary>
    /// <param name="layer">Its index from zero.</param>
    public LayerTraining OfLayer(int layer) => layer < FrozenLayers
        ? TrainsEmbedding ? LayerTraining.PassesGradient : LayerTraining.ForwardOnly
        : Adapters is null ? LayerTraining.Whole : LayerTraining.Adapters;
}

/// <summary>What is trained of a layer.</summary>
public enum LayerTraining
{
    /// <summary>All of it.</summary>
    Whole,

    /// <summary>Its adapters.</summary>
    Adapters,

    /// <summary>Nothing, but gradients pass through it to what is trained below.</summary>
    PassesGradient,

    /// <summary>Nothing, and nothing below it: it has no backward pass.</summary>
    ForwardOnly,
}
