using System.Text.Json;
using LlmSim.Model.Architecture;
using LlmSim.Model.Catalog;

namespace LlmSim.Tests.Model.Catalog;

/// <summary>Configurations as their makers publish them, rotary and generation keys left out, and the number of parameters of the published weights.</summary>
internal static class PublishedConfigs
{
    public static IReadOnlyDictionary<string, (string Json, long Parameters)> All { get; } = new SortedDictionary<string, (string, long)>(StringComparer.Ordinal)
    {
        ["gpt2"] = (
            """{"model_type":"gpt2","activation_function":"gelu_new","n_ctx":1024,"n_embd":768,"n_head":12,"n_layer":12,"n_positions":1024,"vocab_size":50257}""",
            124_439_808),
        ["gpt2-xl"] = ("""{"model_type":"gpt2","n_embd":1600,"n_head":25,"n_layer":48,"n_positions":1024,"vocab_size":50257}""", 1_557_611_200),
        ["opt-125m"] = (
            """
            {"model_type":"opt","ffn_dim":3072,"hidden_size":768,"max_position_embeddings":2048,"num_attention_heads":12,"num_hidden_layers":12,
             "vocab_size":50272,"word_embed_proj_dim":768,"do_layer_norm_before":true,"torch_dtype":"float16"}
            """, 125_239_296),
        ["bloom-176b"] = ("""{"model_type":"bloom","n_embed":14336,"n_layer":70,"num_attention_heads":112,"vocab_size":250880}""", 176_247_271_424),
        ["falcon-7b"] = (
            """
            {"model_type":"falcon","alibi":false,"bias":false,"hidden_size":4544,"multi_query":true,"new_decoder_architecture":false,
             "num_attention_heads":71,"num_hidden_layers":32,"parallel_attn":true,"vocab_size":65024}
            """, 6_921_720_704),
        ["llama-2-7b"] = (Llama(32000, 4096, 11008, 32, 32, 32, 4096), 6_738_415_616),
        ["llama-2-13b"] = (Llama(32000, 5120, 13824, 40, 40, 40, 4096), 13_015_864_320),
        ["llama-2-70b"] = (Llama(32000, 8192, 28672, 80, 64, 8, 4096), 68_976_648_192),
        ["llama-3.1-8b"] = (Llama(128256, 4096, 14336, 32, 32, 8, 131072), 8_030_261_248),
        ["llama-3.1-70b"] = (Llama(128256, 8192, 28672, 80, 64, 8, 131072), 70_553_706_496),
        ["llama-3.1-405b"] = (Llama(128256, 16384, 53248, 126, 128, 8, 131072), 405_853_388_800),
        ["llama-3.2-1b"] = (Llama(128256, 2048, 8192, 16, 32, 8, 131072, tied: true), 1_235_814_400),
        ["llama-3.2-3b"] = (Llama(128256, 3072, 8192, 28, 24, 8, 131072, tied: true), 3_212_749_824),
        ["mistral-7b-v0.1"] = (
            """
            {"model_type":"mistral","hidden_size":4096,"intermediate_size":14336,"max_position_embeddings":32768,"num_attention_heads":32,
             "num_hidden_layers":32,"num_key_value_heads":8,"sliding_window":4096,"tie_word_embeddings":false,"torch_dtype":"bfloat16","vocab_size":32000}
            """, 7_241_732_096),
        ["mixtral-8x7b"] = (Mixtral(4096, 14336, 32, 32, 32000), 46_702_792_704),
        ["mixtral-8x22b"] = (Mixtral(6144, 16384, 56, 48, 32768), 140_630_071_296),
        ["qwen2.5-7b"] = (
            """
            {"model_type":"qwen2","hidden_size":3584,"intermediate_size":18944,"max_position_embeddings":131072,"max_window_layers":28,
             "num_attention_heads":28,"num_hidden_layers":28,"num_key_value_heads":4,"sliding_window":131072,"use_sliding_window":false,"vocab_size":152064}
            """, 7_615_616_512),
        ["qwen3-8b"] = (Qwen3(4096, 12288, 36, 32), 8_190_735_360),
        ["qwen3-32b"] = (Qwen3(5120, 25600, 64, 64), 32_762_123_264),
        ["qwen3-30b-a3b"] = (
            """
            {"model_type":"qwen3_moe","decoder_sparse_step":1,"head_dim":128,"hidden_size":2048,"intermediate_size":6144,"max_position_embeddings":40960,
             "mlp_only_layers":[],"moe_intermediate_size":768,"num_attention_heads":32,"num_experts":128,"num_experts_per_tok":8,"num_hidden_layers":48,
             "num_key_value_heads":4,"sliding_window":null,"tie_word_embeddings":false,"vocab_size":151936}
            """, 30_532_122_624),
        ["gemma-2-9b"] = (
            """
            {"model_type":"gemma2","head_dim":256,"hidden_size":3584,"intermediate_size":14336,"max_position_embeddings":8192,"num_attention_heads":16,
             "num_hidden_layers":42,"num_key_value_heads":8,"sliding_window":4096,"torch_dtype":"float32","vocab_size":256000}
            """, 9_241_705_984),
        ["phi-3-mini"] = (
            """
            {"model_type":"phi3","hidden_size":3072,"intermediate_size":8192,"max_position_embeddings":4096,"num_attention_heads":32,
             "num_hidden_layers":32,"num_key_value_heads":32,"sliding_window":2047,"tie_word_embeddings":false,"vocab_size":32064}
            """, 3_821_079_552),
        ["gpt-oss-20b"] = (GptOss(24, 32), 20_914_757_184),
        ["gpt-oss-120b"] = (GptOss(36, 128), 116_829_156_672),
        ["deepseek-v3"] = (
            """
            {"model_type":"deepseek_v3","first_k_dense_replace":3,"hidden_size":7168,"intermediate_size":18432,"kv_lora_rank":512,
             "max_position_embeddings":163840,"moe_intermediate_size":2048,"moe_layer_freq":1,"n_group":8,"n_routed_experts":256,"n_shared_experts":1,
             "num_attention_heads":128,"num_experts_per_tok":8,"num_hidden_layers":61,"num_key_value_heads":128,"num_nextn_predict_layers":1,
             "q_lora_rank":1536,"qk_nope_head_dim":128,"qk_rope_head_dim":64,"topk_group":4,"v_head_dim":128,"vocab_size":129280,
             "quantization_config":{"activation_scheme":"dynamic","fmt":"e4m3","quant_method":"fp8","weight_block_size":[128,128]}}
            """, 671_026_419_200),
    };

    /// <summary>Reads a configuration that must be good.</summary>
    public static TransformerArchitecture Read(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return ArchitectureRecord.TryRead(document.RootElement, out TransformerArchitecture? model, out var problems)
            ? model
            : throw new InvalidOperationException(string.Join("; ", problems));
    }

    private static string Llama(int vocabulary, int hidden, int inner, int layers, int heads, int keyHeads, int context, bool tied = false) => FormattableString.Invariant(
        $$"""
        {"architectures":["LlamaForCausalLM"],"attention_bias":false,"hidden_act":"silu","hidden_size":{{hidden}},"intermediate_size":{{inner}},
         "max_position_embeddings":{{context}},"mlp_bias":false,"model_type":"llama","num_attention_heads":{{heads}},"num_hidden_layers":{{layers}},
         "num_key_value_heads":{{keyHeads}},"pretraining_tp":1,"rope_scaling":null,"tie_word_embeddings":{{(tied ? "true" : "false")}},"torch_dtype":"bfloat16",
         "vocab_size":{{vocabulary}}}
        """);

    private static string Mixtral(int hidden, int inner, int layers, int heads, int vocabulary) => FormattableString.Invariant(
        $$"""
        {"model_type":"mixtral","hidden_size":{{hidden}},"intermediate_size":{{inner}},"max_position_embeddings":32768,"num_attention_heads":{{heads}},
         "num_experts_per_tok":2,"num_hidden_layers":{{layers}},"num_key_value_heads":8,"num_local_experts":8,"sliding_window":null,"vocab_size":{{vocabulary}}}
        """);

    private static string Qwen3(int hidden, int inner, int layers, int heads) => FormattableString.Invariant(
        $$"""
        {"model_type":"qwen3","attention_bias":false,"head_dim":128,"hidden_size":{{hidden}},"intermediate_size":{{inner}},"max_position_embeddings":40960,
         "max_window_layers":{{layers}},"num_attention_heads":{{heads}},"num_hidden_layers":{{layers}},"num_key_value_heads":8,"sliding_window":null,
         "tie_word_embeddings":false,"use_sliding_window":false,"vocab_size":151936}
        """);

    private static string GptOss(int layers, int experts) => FormattableString.Invariant(
        $$"""
        {"model_type":"gpt_oss","attention_bias":true,"experts_per_token":4,"head_dim":64,"hidden_size":2880,"intermediate_size":2880,
         "max_position_embeddings":131072,"num_attention_heads":64,"num_experts_per_tok":4,"num_hidden_layers":{{layers}},"num_key_value_heads":8,
         "num_local_experts":{{experts}},"sliding_window":128,"tie_word_embeddings":false,"vocab_size":201088,"quantization_config":{"quant_method":"mxfp4"}
        }
        """);
}
