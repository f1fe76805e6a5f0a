using System.Collections.Immutable;
using LlmSim.Model.Architecture;

namespace LlmSim.Model.Catalog.HuggingFace;

/// <summary>Reads a model's shape from its <c>config.json</c>: one reader a family, chosen by <c>model_type</c>.</summary>
internal static class HuggingFaceConfig
{
    private static readonly ImmutableSortedDictionary<string, Func<ConfigReader, TransformerArchitecture>> Families =
        ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, new KeyValuePair<string, Func<ConfigReader, TransformerArchitecture>>[]
        {
            new("gpt2", GptFamilies.Gpt2),
            new("opt", GptFamilies.Opt),
            new("bloom", GptFamilies.Bloom),
            new("falcon", GptFamilies.Falcon),
            new("llama", LlamaFamilies.Llama),
            new("llama4", LlamaFamilies.Llama4),
            new("llama4_text", LlamaFamilies.Llama4),
            new("mistral", LlamaFamilies.Mistral),
            new("mixtral", LlamaFamilies.Mixtral),
            new("phi3", LlamaFamilies.Phi3),
            new("nemotron", LlamaFamilies.Nemotron),
            new("qwen2", QwenFamilies.Qwen2),
            new("qwen2_moe", QwenFamilies.Qwen2Moe),
            new("qwen3", QwenFamilies.Qwen3),
            new("qwen3_moe", QwenFamilies.Qwen3Moe),
            new("qwen3_next", QwenFamilies.HybridMoe),
            new("qwen3_5", QwenFamilies.HybridDense),
            new("qwen3_5_text", QwenFamilies.HybridDense),
            new("qwen3_5_moe", QwenFamilies.HybridMoe),
            new("qwen3_5_moe_text", QwenFamilies.HybridMoe),
            new("gemma2", GemmaFamilies.Gemma2),
            new("gemma3", GemmaFamilies.Gemma3),
            new("gemma3_text", GemmaFamilies.Gemma3),
            new("deepseek_v2", DeepSeekFamilies.V2),
            new("deepseek_v3", DeepSeekFamilies.V3),
            new("deepseek_v32", DeepSeekFamilies.Indexed),
            new("glm_moe_dsa", DeepSeekFamilies.Indexed),
            new("kimi_k2", DeepSeekFamilies.V3),
            new("kimi_k25", DeepSeekFamilies.V3),
            new("minimax_m2", ExpertFamilies.MiniMaxM2),
            new("glm4_moe", ExpertFamilies.Glm4Moe),
            new("gpt_oss", ExpertFamilies.GptOss),
        });

    /// <summary>Every legal <c>model_type</c>, in ordinal order.</summary>
    public static ImmutableArray<string> ModelTypes { get; } = [.. Families.Keys];

    /// <summary>The shape, without a name; null where the family is not known, which is then reported.</summary>
    /// <remarks>Of a model that also sees or hears, the text model is read, from <c>text_config</c>.</remarks>
    public static TransformerArchitecture? Read(ConfigReader config)
    {
        string? outerType = config.Text("model_type");
        ConfigReader text = config.Object("text_config") ?? config;
        string? type = text.Text("model_type") ?? outerType;
        if (type is null)
        {
            config.Report("model_type", "missing: legal are " + string.Join(", ", ModelTypes));
            return null;
        }

        if (!Families.TryGetValue(type, out Func<ConfigReader, TransformerArchitecture>? read))
        {
            text.HolderOf("model_type").Report("model_type", $"unknown model type '{type}'{FieldText.Legal(type, ModelTypes)}");
            return null;
        }

        return read(text) with { NativeFormat = WeightFormat.Read(text) };
    }
}
