using System.Collections.Immutable;
using LlmSim.Model.Architecture;

namespace LlmSim.Model.Catalog.HuggingFace;

/// <summary>MiniMax-M2, GLM-4.5 and gpt-oss: grouped-query attention with experts.</summary>
/// <remarks>Keys and defaults as in <c>configuration_*.py</c> of the transformers library.</remarks>
internal static class ExpertFamilies
{
    /// <summary>MiniMax-M2: queries and keys normed over all heads together, a correction bias per expert.</summary>
    public static TransformerArchitecture MiniMaxM2(ConfigReader config)
    {
        AttentionSpec attention = CommonKeys.AttentionWithBiasFlag(config) with { QkNorm = config.Flag("use_qk_norm", true) ? QkNorm.FullWidth : QkNorm.None };
        int experts = config.Count("num_local_experts", ConfigReader.MostHeads);
        var moe = new MoeFeedForward(
            experts,
            CommonKeys.TopK(config, experts),
            config.Count("intermediate_size"),
            SharedIntermediateSize: config.OptionalCount("shared_intermediate_size", 0) ?? 0,
            RouterBias: config.Flag("use_routing_bias", true));
        return CommonKeys.Stack(config, CommonKeys.Repeat(config, new LayerSpec(attention, moe)));
    }

    /// <summary>GLM-4.5 and 4.6: biases on query, key and value, first layers dense, experts as DeepSeek writes them.</summary>
    public static TransformerArchitecture Glm4Moe(ConfigReader config)
    {
        AttentionSpec attention = CommonKeys.Attention(config) with
        {
            Bias = config.Flag("attention_bias", false) ? AttentionBias.Qkv : AttentionBias.None,
            QkNorm = config.Flag("use_qk_norm", false) ? QkNorm.PerHead : QkNorm.None,
        };
        return CommonKeys.Stack(config, DeepSeekFamilies.Layers(config, attention, DeepSeekFamilies.Experts(config, routerBias: true)));
    }

    /// <summary>gpt-oss: sinks and biases, a window in every other layer from the first on, experts with biases.</summary>
    public static TransformerArchitecture GptOss(ConfigReader config)
    {
        AttentionSpec full = CommonKeys.Attention(config) with
        {
            Bias = config.Flag("attention_bias", true) ? AttentionBias.All : AttentionBias.None,
            Sinks = true,
        };
        AttentionSpec sliding = full with { Window = config.Count("sliding_window", int.MaxValue) };
        int experts = config.Count("num_local_experts", ConfigReader.MostHeads);
        int topK = CommonKeys.TopK(config, experts, config.Has("num_experts_per_tok") ? "num_experts_per_tok" : "experts_per_token");
        var moe = new MoeFeedForward(experts, topK, config.Count("intermediate_size"), RouterBias: true, ExpertBias: true);
        var local = new LayerSpec(sliding, moe);
        var global = new LayerSpec(full, moe);
        ImmutableArray<string> types = CommonKeys.TypesOfLayers(config, static i => i % 2 == 0 ? "sliding_attention" : "full_attention");
        return CommonKeys.Stack(config, [.. types.Select(type => type == "sliding_attention" ? local : global)]);
    }
}
