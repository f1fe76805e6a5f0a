using LlmSim.Model.Architecture;

namespace LlmSim.Model.Catalog.HuggingFace;

/// <summary>GPT-2 (and the GPT shapes of Megatron-LM), OPT, BLOOM and Falcon: plain feed-forwards, layer norms with bias, tied embeddings.</summary>
/// <remarks>Keys and defaults as in <c>configuration_*.py</c> of the transformers library.</remarks>
internal static class GptFamilies
{
    /// <summary>OPT keeps two rows of its position table for padding (<c>OPTLearnedPositionalEmbedding.offset</c>).</summary>
    private const int OptPositionOffset = 2;

    private const int BloomContext = 2048;

    /// <summary>GPT-2: learned positions, biases everywhere, inner width 4h unless <c>n_inner</c> says otherwise.</summary>
    public static TransformerArchitecture Gpt2(ConfigReader config)
    {
        int hidden = config.Count("n_embd", ConfigReader.WidestWidth, "hidden_size");
        int heads = config.Count("n_head", ConfigReader.MostHeads, "num_attention_heads");
        int positions = config.Count("n_positions", ConfigReader.WidestWidth, "n_ctx", "max_position_embeddings");
        int inner = config.OptionalCount("n_inner") ?? 4 * hidden;
        var attention = new AttentionSpec(heads, heads, CommonKeys.HeadSize(config, "n_embd", hidden, "n_head", heads), Bias: AttentionBias.All);
        return Classic(config, hidden, config.Count("n_layer", ConfigReader.MostHeads, "num_hidden_layers"), attention, inner, bias: true) with
        {
            LearnedPositions = positions,
            MaxContext = positions,
        };
    }

    /// <summary>OPT: as GPT-2, with an offset of two positions.</summary>
    public static TransformerArchitecture Opt(ConfigReader config)
    {
        int hidden = CommonKeys.Hidden(config);
        int projected = config.OptionalCount("word_embed_proj_dim") ?? hidden;
        if (projected != hidden)
        {
            config.Report("word_embed_proj_dim", $"found {projected}, expected hidden_size {hidden}: a projected embedding (OPT-350M) is not modelled");
        }

        bool bias = config.Flag("enable_bias", true);
        AttentionSpec attention = CommonKeys.Attention(config) with { Bias = bias ? AttentionBias.All : AttentionBias.None };
        int positions = config.Count("max_position_embeddings");
        return Classic(config, hidden, CommonKeys.Layers(config), attention, config.Count("ffn_dim"), bias) with
        {
            LearnedPositions = positions + OptPositionOffset,
            MaxContext = positions,
        };
    }

    /// <summary>BLOOM: ALiBi positions and a norm after the embedding.</summary>
    public static TransformerArchitecture Bloom(ConfigReader config)
    {
        int hidden = config.Count("hidden_size", ConfigReader.WidestWidth, "n_embed");
        int heads = config.Count("n_head", ConfigReader.MostHeads, "num_attention_heads");
        var attention = new AttentionSpec(heads, heads, CommonKeys.HeadSize(config, "hidden_size", hidden, "n_head", heads), Bias: AttentionBias.All);
        return Classic(config, hidden, config.Count("n_layer", ConfigReader.MostHeads, "num_hidden_layers"), attention, 4 * hidden, bias: true) with
        {
            ExtraParameters = 2L * hidden,
            MaxContext = config.OptionalCount("seq_length") ?? BloomContext,
        };
    }

    /// <summary>Falcon: both sublayers read the same input; multi-query, or grouped-query with the new decoder architecture.</summary>
    public static TransformerArchitecture Falcon(ConfigReader config)
    {
        int hidden = CommonKeys.Hidden(config);
        int heads = config.Count("num_attention_heads", ConfigReader.MostHeads, "n_head");
        bool grouped = config.Flag("new_decoder_architecture", false);
        bool parallel = grouped || config.Flag("parallel_attn", true);
        int keyHeads = grouped
            ? config.OptionalCount("num_kv_heads", 1, ConfigReader.MostHeads) ?? heads
            : config.Flag("multi_query", true) ? 1 : heads;
        CommonKeys.MustDivide(config, "num_attention_heads", heads, "num_kv_heads", keyHeads);
        bool bias = config.Flag("bias", false);
        int size = CommonKeys.HeadSize(config, "hidden_size", hidden, "num_attention_heads", heads);
        var attention = new AttentionSpec(heads, keyHeads, size, Bias: bias ? AttentionBias.All : AttentionBias.None);
        int norms = grouped ? config.OptionalCount("num_ln_in_parallel_attn", 1, 2) ?? 2 : parallel ? 1 : 2;
        int layers = config.Count("num_hidden_layers", ConfigReader.MostHeads, "n_layer");
        int inner = config.OptionalCount("ffn_hidden_size") ?? 4 * hidden;
        var layer = new LayerSpec(attention, new DenseFeedForward(inner, Gated: false, Bias: bias), norms, parallel);
        return Classic(config, hidden, layers, attention, inner, bias) with
        {
            Layers = [.. Enumerable.Repeat(layer, layers)],
            MaxContext = config.OptionalCount("max_position_embeddings") ?? BloomContext,
        };
    }

    private static TransformerArchitecture Classic(ConfigReader config, int hidden, int layers, AttentionSpec attention, int inner, bool bias) => new()
    {
        Name = string.Empty,
        VocabularySize = config.Count("vocab_size"),
        HiddenSize = hidden,
        Layers = [.. Enumerable.Repeat(new LayerSpec(attention, new DenseFeedForward(inner, Gated: false, Bias: bias)), layers)],
        TiedEmbeddings = config.Flag("tie_word_embeddings", true),
        Norm = NormKind.Layer,
        MaxContext = BloomContext,
    };
}
