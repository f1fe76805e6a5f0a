using System.Collections.Immutable;
using LlmSim.Model.Architecture;

namespace LlmSim.Model.Catalog.HuggingFace;

/// <summary>DeepSeek-V2 to V3.2, Kimi-K2 and GLM-5: latent attention, first layers dense, then experts beside shared ones.</summary>
/// <remarks>Keys and defaults as in the models' own <c>configuration_deepseek.py</c>. Layers that predict further tokens are not counted.</remarks>
internal static class DeepSeekFamilies
{
    /// <summary>DeepSeek-V2: the router has no correction bias.</summary>
    public static TransformerArchitecture V2(ConfigReader config) => Latent(config, routerBias: config.Text("topk_method") == "noaux_tc", indexed: false);

    /// <summary>DeepSeek-V3, R1 and Kimi-K2: a correction bias per expert balances the router.</summary>
    public static TransformerArchitecture V3(ConfigReader config) => Latent(config, routerBias: true, indexed: false);

    /// <summary>DeepSeek-V3.2 and GLM-5: V3 with an indexer that picks the tokens to attend to.</summary>
    public static TransformerArchitecture Indexed(ConfigReader config) => Latent(config, routerBias: true, indexed: true);

    /// <summary>The experts of DeepSeek's keys, which GLM-4.5 shares.</summary>
    public static MoeFeedForward Experts(ConfigReader config, bool routerBias)
    {
        int experts = config.Count("n_routed_experts", ConfigReader.MostHeads);
        int width = config.Count("moe_intermediate_size");
        int groups = config.OptionalCount("n_group", 1, ConfigReader.MostHeads) ?? 1;
        CommonKeys.MustDivide(config, "n_routed_experts", experts, "n_group", groups);
        int topKGroups = config.OptionalCount("topk_group", 1, ConfigReader.MostHeads) ?? 1;
        if (topKGroups > groups)
        {
            config.Report("topk_group", $"found {topKGroups}, expected at most n_group {groups}");
        }

        int shared = config.OptionalCount("n_shared_experts", 0, ConfigReader.MostHeads) ?? 0;
        return new MoeFeedForward(
            experts,
            CommonKeys.TopK(config, experts),
            width,
            SharedIntermediateSize: SharedWidth(config, shared, width),
            Groups: groups,
            TopKGroups: topKGroups,
            RouterBias: routerBias);
    }

    /// <summary>Dense layers first, then experts in every layer, or in every n-th with <c>moe_layer_freq</c>.</summary>
    public static ImmutableArray<LayerSpec> Layers(ConfigReader config, SequenceMixer mixer, MoeFeedForward moe)
    {
        int layers = CommonKeys.Layers(config);
        int firstDense = config.OptionalCount("first_k_dense_replace", 0) ?? 0;
        int step = config.OptionalCount("moe_layer_freq") ?? 1;
        var sparse = new LayerSpec(mixer, moe);
        LayerSpec dense = firstDense > 0 || step > 1 ? new LayerSpec(mixer, CommonKeys.Gated(config)) : sparse;
        return [.. Enumerable.Range(0, layers).Select(i => i >= firstDense && i % step == 0 ? sparse : dense)];
    }

    private static TransformerArchitecture Latent(ConfigReader config, bool routerBias, bool indexed)
    {
        if (config.Flag("attention_bias", false))
        {
            config.Report("attention_bias", "found true, expected false: latent attention with biases is not modelled");
        }

        var attention = new LatentAttentionSpec(
            config.Count("num_attention_heads", ConfigReader.MostHeads),
            config.OptionalCount("q_lora_rank") ?? 0,
            config.Count("kv_lora_rank"),
            config.Count("qk_nope_head_dim", ConfigReader.MostHeads),
            config.Count("qk_rope_head_dim", ConfigReader.MostHeads),
            config.Count("v_head_dim", ConfigReader.MostHeads),
            indexed ? config.Count("index_n_heads", ConfigReader.MostHeads) : 0,
            indexed ? config.Count("index_head_dim", ConfigReader.MostHeads) : 0,
            indexed ? config.Count("index_topk") : 0);
        ImmutableArray<LayerSpec> layers = config.Has("n_routed_experts")
            ? Layers(config, attention, Experts(config, routerBias))
            : CommonKeys.Repeat(config, new LayerSpec(attention, CommonKeys.Gated(config)));
        return CommonKeys.Stack(config, layers);
    }

    private static int SharedWidth(ConfigReader config, int shared, int width)
    {
        long total = (long)shared * width;
        if (total <= ConfigReader.WidestWidth)
        {
            return (int)total;
        }

        config.Report("n_shared_experts", $"found {shared} of width {width}, expected at most {ConfigReader.WidestWidth} together");
        return 1;
    }
}
