using System.Collections.Immutable;
using LlmSim.Model.Architecture;

namespace LlmSim.Model.Catalog.HuggingFace;

/// <summary>Qwen2 to Qwen3.5, dense and with experts, and the hybrids with gated delta nets.</summary>
/// <remarks>Keys and defaults as in <c>configuration_*.py</c> of the transformers library.</remarks>
internal static class QwenFamilies
{
    /// <summary>Qwen3-Next attends fully in every fourth layer unless its configuration says otherwise.</summary>
    private const int FullAttentionInterval = 4;

    /// <summary>Qwen2 and Qwen2.5: biases on query, key and value.</summary>
    public static TransformerArchitecture Qwen2(ConfigReader config) => Attending(config, Biased(config), _ => CommonKeys.Gated(config));

    /// <summary>Qwen1.5-MoE and Qwen2-MoE: a shared expert with a gate of its own.</summary>
    public static TransformerArchitecture Qwen2Moe(ConfigReader config) => Attending(config, Biased(config), Sparse(config, sharedIsNeeded: true));

    /// <summary>Qwen3: queries and keys normed per head, no biases.</summary>
    public static TransformerArchitecture Qwen3(ConfigReader config) => Attending(config, Normed(config), _ => CommonKeys.Gated(config));

    /// <summary>Qwen3 with experts.</summary>
    public static TransformerArchitecture Qwen3Moe(ConfigReader config) => Attending(config, Normed(config), Sparse(config, sharedIsNeeded: false));

    /// <summary>Qwen3-Next and Qwen3.5-MoE: gated delta nets, gated full attention between, experts beside a shared one.</summary>
    public static TransformerArchitecture HybridMoe(ConfigReader config) => Hybrid(config, Sparse(config, sharedIsNeeded: true));

    /// <summary>Qwen3.5 without experts.</summary>
    public static TransformerArchitecture HybridDense(ConfigReader config) => Hybrid(config, _ => CommonKeys.Gated(config));

    private static AttentionSpec Biased(ConfigReader config) =>
        CommonKeys.Attention(config) with { Bias = config.Flag("qkv_bias", true) ? AttentionBias.Qkv : AttentionBias.None };

    private static AttentionSpec Normed(ConfigReader config) => CommonKeys.AttentionWithBiasFlag(config) with { QkNorm = QkNorm.PerHead };

    /// <summary>Layers of attention; the later ones with a window where <c>use_sliding_window</c> asks for it.</summary>
    private static TransformerArchitecture Attending(ConfigReader config, AttentionSpec full, Func<int, FeedForwardSpec> feedForward)
    {
        bool windowed = config.Flag("use_sliding_window", false);
        int firstWindowed = config.OptionalCount("max_window_layers", 0) ?? 0;
        AttentionSpec sliding = windowed ? full with { Window = config.Count("sliding_window", int.MaxValue) } : full;
        ImmutableArray<string> types = CommonKeys.TypesOfLayers(config, i => windowed && i >= firstWindowed ? "sliding_attention" : "full_attention");
        return CommonKeys.Stack(config, Shared(types.Select((type, i) => new LayerSpec(type == "sliding_attention" ? sliding : full, feedForward(i)))));
    }

    private static TransformerArchitecture Hybrid(ConfigReader config, Func<int, FeedForwardSpec> feedForward)
    {
        AttentionSpec full = Normed(config) with { OutputGate = config.Flag("attn_output_gate", true) };
        var linear = new StateSpaceSpec(
            StateSpaceKind.GatedDeltaNet,
            config.Count("linear_num_key_heads", ConfigReader.MostHeads),
            config.Count("linear_num_value_heads", ConfigReader.MostHeads),
            config.Count("linear_key_head_dim", ConfigReader.MostHeads),
            config.Count("linear_value_head_dim", ConfigReader.MostHeads),
            config.Count("linear_conv_kernel_dim", ConfigReader.MostHeads));
        CommonKeys.MustDivide(config, "linear_num_value_heads", linear.ValueHeads, "linear_num_key_heads", linear.KeyHeads);
        int interval = config.OptionalCount("full_attention_interval") ?? FullAttentionInterval;
        ImmutableArray<string> types = CommonKeys.TypesOfLayers(config, i => (i + 1) % interval == 0 ? "full_attention" : "linear_attention");
        return CommonKeys.Stack(config, Shared(types.Select((type, i) => new LayerSpec(type == "linear_attention" ? linear : full, feedForward(i)))));
    }

    /// <summary>Experts in every n-th layer but the dense ones that are listed.</summary>
    private static Func<int, FeedForwardSpec> Sparse(ConfigReader config, bool sharedIsNeeded)
    {
        int experts = config.Count("num_experts", ConfigReader.MostHeads);
        int shared = sharedIsNeeded ? config.Count("shared_expert_intermediate_size") : 0;
        var moe = new MoeFeedForward(
            experts, CommonKeys.TopK(config, experts), config.Count("moe_intermediate_size"), SharedIntermediateSize: shared, SharedGate: shared > 0);
        int step = config.OptionalCount("decoder_sparse_step") ?? 1;
        ImmutableArray<int> denseLayers = config.Counts("mlp_only_layers");
        bool anyDense = step > 1 || !denseLayers.IsEmpty;
        FeedForwardSpec dense = anyDense ? CommonKeys.Gated(config) : moe;
        return i => denseLayers.Contains(i) || (i + 1) % step != 0 ? dense : moe;
    }

    /// <summary>The layers, equal ones as one instance.</summary>
    private static ImmutableArray<LayerSpec> Shared(IEnumerable<LayerSpec> layers)
    {
        Dictionary<LayerSpec, LayerSpec> seen = [];
        return [.. layers.Select(layer => seen.TryGetValue(layer, out LayerSpec? first) ? first : seen[layer] = layer)];
    }
}
