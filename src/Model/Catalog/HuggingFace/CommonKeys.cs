using System.Collections.Immutable;
using LlmSim.Model.Architecture;

namespace LlmSim.Model.Catalog.HuggingFace;

/// <summary>Reads what most families write alike: the stack, grouped-query attention and the gated feed-forward.</summary>
internal static class CommonKeys
{
    private static readonly ImmutableArray<string> LayerTypes = ["full_attention", "sliding_attention", "chunked_attention", "linear_attention"];

    /// <summary>Width of the residual stream.</summary>
    public static int Hidden(ConfigReader config) => config.Count("hidden_size");

    /// <summary>Number of layers.</summary>
    public static int Layers(ConfigReader config) => config.Count("num_hidden_layers", ConfigReader.MostHeads);

    /// <summary>The keys outside the layers, for families with RMS norms and rotary positions.</summary>
    public static TransformerArchitecture Stack(ConfigReader config, ImmutableArray<LayerSpec> layers, bool tied = false) => new()
    {
        Name = string.Empty,
        VocabularySize = config.Count("vocab_size"),
        HiddenSize = Hidden(config),
        Layers = layers,
        TiedEmbeddings = config.HolderOf("tie_word_embeddings").Flag("tie_word_embeddings", tied),
        MaxContext = config.Count("max_position_embeddings", int.MaxValue),
    };

    /// <summary>Grouped-query attention; a head is as wide as the hidden state over the heads where <c>head_dim</c> does not say otherwise.</summary>
    public static AttentionSpec Attention(ConfigReader config)
    {
        int heads = config.Count("num_attention_heads", ConfigReader.MostHeads);
        int keyHeads = config.OptionalCount("num_key_value_heads", 1, ConfigReader.MostHeads) ?? heads;
        MustDivide(config, "num_attention_heads", heads, "num_key_value_heads", keyHeads);
        int size = config.OptionalCount("head_dim", 1, ConfigReader.MostHeads) ?? HeadSize(config, "hidden_size", Hidden(config), "num_attention_heads", heads);
        return new AttentionSpec(heads, keyHeads, size);
    }

    /// <summary>Width of a head where the heads share the hidden state evenly.</summary>
    public static int HeadSize(ConfigReader config, string widthKey, int width, string headsKey, int heads)
    {
        MustDivide(config, widthKey, width, headsKey, heads);
        return Math.Max(1, width / heads);
    }

    /// <summary>Attention whose biases, on all four projections, <c>attention_bias</c> switches.</summary>
    public static AttentionSpec AttentionWithBiasFlag(ConfigReader config) =>
        Attention(config) with { Bias = config.Flag("attention_bias", false) ? AttentionBias.All : AttentionBias.None };

    /// <summary>A gated feed-forward of <c>intermediate_size</c>.</summary>
    public static DenseFeedForward Gated(ConfigReader config) =>
        new(config.Count("intermediate_size"), Gated: true, Bias: config.Flag("mlp_bias", false));

    /// <summary>Equal layers.</summary>
    public static ImmutableArray<LayerSpec> Repeat(ConfigReader config, LayerSpec layer) => [.. Enumerable.Repeat(layer, Layers(config))];

    /// <summary>The types of the layers as written; where they are not, <paramref name="otherwise"/> gives the type of a layer by its index.</summary>
    public static ImmutableArray<string> TypesOfLayers(ConfigReader config, Func<int, string> otherwise)
    {
        int layers = Layers(config);
        if (config.List("layer_types") is not { } written)
        {
            return [.. Enumerable.Range(0, layers).Select(otherwise)];
        }

        ImmutableArray<string> types = [.. written.Select(static item => item.ToString())];
        for (int i = 0; i < types.Length; i++)
        {
            if (!LayerTypes.Contains(types[i]))
            {
                config.Report($"layer_types[{i}]", $"found {FieldText.Describe(written[i])}{FieldText.Legal(types[i], LayerTypes)}");
            }
        }

        if (types.Length != layers)
        {
            config.Report("layer_types", $"found {types.Length} types for num_hidden_layers {layers}");
        }

        return types;
    }

    /// <summary>Reports a pair of counts of which the first must be a multiple of the second.</summary>
    public static void MustDivide(ConfigReader config, string key, int whole, string partKey, int part)
    {
        if (whole % part != 0)
        {
            config.Report(key, $"found {whole}, expected a multiple of {partKey} {part}");
        }
    }

    /// <summary>The routed experts that a token visits; no more than there are.</summary>
    public static int TopK(ConfigReader config, int experts, string key = "num_experts_per_tok")
    {
        int topK = config.Count(key, ConfigReader.MostHeads);
        if (topK > experts)
        {
            config.Report(key, $"found {topK}, expected at most the number of experts, {experts}");
        }

        return topK;
    }
}
