namespace LlmSim.Model.Architecture;

/// <summary>The parameters of a whole model by part; exact, layer by layer, as the published weights hold them.</summary>
/// <remarks>Layers that predict further tokens, vision encoders and quantisation scales are not counted.</remarks>
public sealed record ParameterCount
{
    /// <summary>Token embedding.</summary>
    public required long Embedding { get; init; }

    /// <summary>Learned position embedding.</summary>
    public required long Positions { get; init; }

    /// <summary>Softmax attention with its biases, sinks and gates, the norms of queries and keys included.</summary>
    public required long Attention { get; init; }

    /// <summary>Latent attention with its inner norms and its indexer.</summary>
    public required long LatentAttention { get; init; }

    /// <summary>Layers of constant state.</summary>
    public required long StateSpace { get; init; }

    /// <summary>Dense feed-forward layers.</summary>
    public required long DenseFeedForward { get; init; }

    /// <summary>Routers with their biases.</summary>
    public required long Router { get; init; }

    /// <summary>All routed experts.</summary>
    public required long RoutedExperts { get; init; }

    /// <summary>Those of the routed experts that one token visits.</summary>
    public required long VisitedExperts { get; init; }

    /// <summary>Shared experts with their gates.</summary>
    public required long SharedExperts { get; init; }

    /// <summary>Norms over the hidden width, the final one included.</summary>
    public required long Norms { get; init; }

    /// <summary>LM head, zero where it is the embedding's matrix.</summary>
    public required long Head { get; init; }

    /// <summary>Parameters that the architecture names outside its layers, such as an embedding norm.</summary>
    public required long Extra { get; init; }

    /// <summary>All parameters.</summary>
    public long Total => Embedding + Positions + Head + Extra + Norms + Mixers + DenseFeedForward + Router + RoutedExperts + SharedExperts;

    /// <summary>Parameters of one forward pass of one token, embedding and head included: all but the experts that it does not visit.</summary>
    public long Active => Total - RoutedExperts + VisitedExperts;

    /// <summary>What mixes tokens, of every kind.</summary>
    public long Mixers => Attention + LatentAttention + StateSpace;

    /// <summary>Counts a model.</summary>
    public static ParameterCount Of(TransformerArchitecture architecture)
    {
        long hidden = architecture.HiddenSize;
        long table = architecture.VocabularySize * hidden;
        ParameterCount count = Nothing with
        {
            Embedding = table,
            Positions = architecture.LearnedPositions * hidden,
            Head = architecture.TiedEmbeddings ? 0 : table,
            Extra = architecture.ExtraParameters,
            Norms = OfNorm(architecture.Norm, hidden),
        };
        foreach ((LayerSpec layer, int times) in architecture.DistinctLayers())
        {
            count = count.Plus(OfLayer(layer, architecture.Norm, hidden), times);
        }

        return count;
    }

    /// <summary>Counts one layer of a model with the given kind of norm and hidden width.</summary>
    public static ParameterCount OfLayer(LayerSpec layer, NormKind norm, long hidden)
    {
        long mixer = MixerParameters.Count(layer.Mixer, hidden);
        if (layer.LowRank is not null)
        {
            return LowRank(layer, norm, hidden);
        }

        ParameterCount count = Nothing with
        {
            Norms = layer.Norms * OfNorm(norm, hidden),
            Attention = layer.Mixer is AttentionSpec ? mixer : 0,
            LatentAttention = layer.Mixer is LatentAttentionSpec ? mixer : 0,
            StateSpace = layer.Mixer is StateSpaceSpec ? mixer : 0,
        };
        return layer.FeedForward switch
        {
            null => count,
            DenseFeedForward dense => count with { DenseFeedForward = Perceptron(hidden, dense.IntermediateSize, dense.Gated, dense.Bias) },
            MoeFeedForward moe => OfExperts(count, moe, hidden),
            _ => throw new NotSupportedException($"no parameter count for {layer.FeedForward.GetType().Name}"),
        };
    }

    /// <summary>A layer with factored matrices: what they add or save is booked to the part that they belong to.</summary>
    private static ParameterCount LowRank(LayerSpec layer, NormKind norm, long hidden)
    {
        ParameterCount whole = OfLayer(layer with { LowRank = null }, norm, hidden);
        long mixer = (long)LowRankFactors.Added(layer with { FeedForward = null }, hidden, 1);
        long transform = (long)LowRankFactors.Added(layer, hidden, 1) - mixer;
        bool isLatent = layer.Mixer is LatentAttentionSpec;
        return whole with
        {
            Attention = whole.Attention + (isLatent ? 0 : mixer),
            LatentAttention = whole.LatentAttention + (isLatent ? mixer : 0),
            DenseFeedForward = whole.DenseFeedForward + transform,
        };
    }

    private static ParameterCount Nothing { get; } = new()
    {
        Embedding = 0,
        Positions = 0,
        Attention = 0,
        LatentAttention = 0,
        StateSpace = 0,
        DenseFeedForward = 0,
        Router = 0,
        RoutedExperts = 0,
        VisitedExperts = 0,
        SharedExperts = 0,
        Norms = 0,
        Head = 0,
        Extra = 0,
    };

    private static ParameterCount OfExperts(ParameterCount count, MoeFeedForward moe, long hidden)
    {
        long expert = Perceptron(hidden, moe.ExpertIntermediateSize, moe.Gated, moe.ExpertBias);
        return count with
        {
            Router = (hidden * moe.Experts) + (moe.RouterBias ? moe.Experts : 0),
            RoutedExperts = expert * moe.Experts,
            VisitedExperts = expert * moe.TopK,
            SharedExperts = Perceptron(hidden, moe.SharedIntermediateSize, moe.Gated, bias: false) + (moe.SharedGate ? hidden : 0),
        };
    }

    /// <summary>Two matrices, or three with a gate, and a bias for each.</summary>
    private static long Perceptron(long hidden, long inner, bool gated, bool bias)
    {
        long columns = (gated ? 2 : 1) * inner;
        return (hidden * (columns + inner)) + (bias ? columns + hidden : 0);
    }

    private static long OfNorm(NormKind kind, long width) => kind switch
    {
        NormKind.Rms or NormKind.LayerWithoutBias => width,
        NormKind.Layer => 2 * width,
        _ => 0,
    };

    private ParameterCount Plus(ParameterCount layer, long times) => this with
    {
        Attention = Attention + (times * layer.Attention),
        LatentAttention = LatentAttention + (times * layer.LatentAttention),
        StateSpace = StateSpace + (times * layer.StateSpace),
        DenseFeedForward = DenseFeedForward + (times * layer.DenseFeedForward),
        Router = Router + (times * layer.Router),
        RoutedExperts = RoutedExperts + (times * layer.RoutedExperts),
        VisitedExperts = VisitedExperts + (times * layer.VisitedExperts),
        SharedExperts = SharedExperts + (times * layer.SharedExperts),
        Norms = Norms + (times * layer.Norms),
    };
}
