using System.Collections.Immutable;
using LlmSim.Model.Architecture;

namespace LlmSim.Model.Catalog.HuggingFace;

/// <summary>Gemma 2 and 3: norms before and after each sublayer, tied embeddings, layers with a window between layers without.</summary>
/// <remarks>Keys and defaults as in <c>configuration_gemma2.py</c> and <c>configuration_gemma3.py</c> of the transformers library.</remarks>
internal static class GemmaFamilies
{
    private const int NormsOfLayer = 4;

    /// <summary>Gemma 3 attends fully in every sixth layer unless its configuration says otherwise.</summary>
    private const int Gemma3Pattern = 6;

    /// <summary>Defaults of Gemma 3's text model, which its published configurations leave out.</summary>
    private const int Gemma3Heads = 8, Gemma3KvHeads = 4, Gemma3HeadSize = 256, Gemma3Vocabulary = 262_208, Gemma3Context = 131_072, Gemma3Window = 4096;

    /// <summary>Gemma 2: every other layer has a window, from the first on.</summary>
    public static TransformerArchitecture Gemma2(ConfigReader config)
    {
        AttentionSpec full = CommonKeys.AttentionWithBiasFlag(config);
        int window = config.Count("sliding_window", int.MaxValue);
        ImmutableArray<string> types = CommonKeys.TypesOfLayers(config, static i => i % 2 == 0 ? "sliding_attention" : "full_attention");
        return CommonKeys.Stack(config, Layers(config, types, full, window), tied: true);
    }

    /// <summary>Gemma 3: five layers with a window to one without; queries and keys normed per head.</summary>
    public static TransformerArchitecture Gemma3(ConfigReader config)
    {
        int heads = config.OptionalCount("num_attention_heads", 1, ConfigReader.MostHeads) ?? Gemma3Heads;
        int keyHeads = config.OptionalCount("num_key_value_heads", 1, ConfigReader.MostHeads) ?? Gemma3KvHeads;
        CommonKeys.MustDivide(config, "num_attention_heads", heads, "num_key_value_heads", keyHeads);
        var full = new AttentionSpec(
            heads,
            keyHeads,
            config.OptionalCount("head_dim", 1, ConfigReader.MostHeads) ?? Gemma3HeadSize,
            Bias: config.Flag("attention_bias", false) ? AttentionBias.All : AttentionBias.None,
            QkNorm: QkNorm.PerHead);
        int pattern = config.OptionalCount("sliding_window_pattern") ?? Gemma3Pattern;
        int window = config.OptionalCount("sliding_window", 1, int.MaxValue) ?? Gemma3Window;
        ImmutableArray<string> types = CommonKeys.TypesOfLayers(config, i => (i + 1) % pattern == 0 ? "full_attention" : "sliding_attention");
        return new TransformerArchitecture
        {
            Name = string.Empty,
            VocabularySize = config.OptionalCount("vocab_size") ?? Gemma3Vocabulary,
            HiddenSize = CommonKeys.Hidden(config),
            Layers = Layers(config, types, full, window),
            TiedEmbeddings = config.HolderOf("tie_word_embeddings").Flag("tie_word_embeddings", true),
            MaxContext = config.OptionalCount("max_position_embeddings", 1, int.MaxValue) ?? Gemma3Context,
        };
    }

    private static ImmutableArray<LayerSpec> Layers(ConfigReader config, ImmutableArray<string> types, AttentionSpec full, int window)
    {
        DenseFeedForward dense = CommonKeys.Gated(config);
        var global = new LayerSpec(full, dense, NormsOfLayer);
        var local = new LayerSpec(full with { Window = window }, dense, NormsOfLayer);
        return [.. types.Select(type => type == "sliding_attention" ? local : global)];
    }
}
