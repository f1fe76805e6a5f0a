using System.Collections.Immutable;
using LlmSim.Model.Architecture;

namespace LlmSim.Model.Catalog.HuggingFace;

/// <summary>Llama, Mistral, Mixtral, Llama 4, Phi-3 and Nemotron.</summary>
/// <remarks>Keys and defaults as in <c>configuration_*.py</c> of the transformers library.</remarks>
internal static class LlamaFamilies
{
    /// <summary>Llama 4 leaves the rotary positions, and the chunks, out of every fourth layer (<c>no_rope_layer_interval</c>).</summary>
    private const int Llama4GlobalInterval = 4;

    /// <summary>Llama 1 to 3.</summary>
    public static TransformerArchitecture Llama(ConfigReader config) =>
        CommonKeys.Stack(config, CommonKeys.Repeat(config, new LayerSpec(CommonKeys.AttentionWithBiasFlag(config), CommonKeys.Gated(config))));

    /// <summary>Mistral: Llama with a sliding window in every layer, where it has one.</summary>
    public static TransformerArchitecture Mistral(ConfigReader config) =>
        CommonKeys.Stack(config, CommonKeys.Repeat(config, new LayerSpec(Windowed(config), CommonKeys.Gated(config))));

    /// <summary>Mixtral: Mistral with experts in every layer.</summary>
    public static TransformerArchitecture Mixtral(ConfigReader config)
    {
        int experts = config.Count("num_local_experts", ConfigReader.MostHeads);
        var moe = new MoeFeedForward(experts, CommonKeys.TopK(config, experts), config.Count("intermediate_size"));
        return CommonKeys.Stack(config, CommonKeys.Repeat(config, new LayerSpec(Windowed(config), moe)));
    }

    /// <summary>Phi-3 and Phi-4.</summary>
    public static TransformerArchitecture Phi3(ConfigReader config) => Mistral(config);

    /// <summary>Nemotron-4: a plain feed-forward (squared ReLU) and layer norms with bias.</summary>
    public static TransformerArchitecture Nemotron(ConfigReader config)
    {
        DenseFeedForward plain = CommonKeys.Gated(config) with { Gated = false };
        var layer = new LayerSpec(CommonKeys.AttentionWithBiasFlag(config), plain);
        return CommonKeys.Stack(config, CommonKeys.Repeat(config, layer)) with { Norm = NormKind.Layer };
    }

    /// <summary>Llama 4: every n-th layer has experts beside a shared one; three layers of four attend within chunks.</summary>
    /// <remarks>Its norm of queries and keys has no parameters.</remarks>
    public static TransformerArchitecture Llama4(ConfigReader config)
    {
        AttentionSpec full = CommonKeys.AttentionWithBiasFlag(config);
        int chunk = config.OptionalCount("attention_chunk_size", 0) ?? 0;
        int expertWidth = config.Count("intermediate_size");
        int experts = config.Count("num_local_experts", ConfigReader.MostHeads);
        var moe = new MoeFeedForward(experts, CommonKeys.TopK(config, experts), expertWidth, SharedIntermediateSize: expertWidth);
        int step = config.OptionalCount("interleave_moe_layer_step") ?? 1;
        var dense = new DenseFeedForward(config.OptionalCount("intermediate_size_mlp") ?? expertWidth, Gated: true);
        ImmutableArray<int> sparse = config.Counts("moe_layers");
        ImmutableArray<int> rotary = config.Counts("no_rope_layers");
        ImmutableArray<string> types = CommonKeys.TypesOfLayers(
            config,
            i => (i < rotary.Length ? rotary[i] == 0 : (i + 1) % Llama4GlobalInterval == 0) ? "full_attention" : "chunked_attention");
        IEnumerable<LayerSpec> layers = types.Select((type, i) => new LayerSpec(
            type == "full_attention" ? full : full with { Window = chunk },
            (sparse.IsEmpty ? (i + 1) % step == 0 : sparse.Contains(i)) ? moe : dense));
        TransformerArchitecture model = CommonKeys.Stack(config, [.. layers]);
        return chunk == 0 ? model : model with
        {
            Uncertain = model.Uncertain.Add(
                "attention_chunk_size", "chunked attention is taken as a sliding window of the chunk, twice the mean reach of a chunk"),
        };
    }

    private static AttentionSpec Windowed(ConfigReader config) =>
        CommonKeys.AttentionWithBiasFlag(config) with { Window = config.OptionalCount("sliding_window", 1, int.MaxValue) ?? 0 };
}
