using LlmSim.Model.Architecture;
using Xunit;

namespace LlmSim.Tests.Model.Catalog;

public sealed class FamilyShapeTests
{
    private const string Stack = "\"hidden_size\":2048,\"max_position_embeddings\":262144,\"vocab_size\":151936,\"num_attention_heads\":16,\"num_key_value_heads\":2,\"head_dim\":256";

    [Fact]
    public void Qwen3_next_attends_fully_in_every_fourth_layer()
    {
        TransformerArchitecture model = PublishedConfigs.Read(
            $$"""
            {"model_type":"qwen3_next",{{Stack}},"num_hidden_layers":48,"full_attention_interval":4,"linear_conv_kernel_dim":4,"linear_key_head_dim":128,
             "linear_num_key_heads":16,"linear_num_value_heads":32,"linear_value_head_dim":128,"moe_intermediate_size":512,"num_experts":512,
             "num_experts_per_tok":10,"shared_expert_intermediate_size":512,"decoder_sparse_step":1,"mlp_only_layers":[],"intermediate_size":5120}
            """);
        Assert.Equal(12, model.Layers.Count(static layer => layer.Mixer is AttentionSpec { OutputGate: true, QkNorm: QkNorm.PerHead }));
        Assert.Equal(36, model.Layers.Count(static layer => layer.Mixer is StateSpaceSpec { Kind: StateSpaceKind.GatedDeltaNet }));
        Assert.IsType<AttentionSpec>(model.Layers[3].Mixer);
        ParameterCount count = ParameterCount.Of(model);
        Assert.InRange(count.Total, 79.2e9, 80.2e9);
        Assert.InRange(count.Active, 2.7e9, 4.0e9);
    }

    [Fact]
    public void Gpt_oss_sees_a_window_in_every_other_layer_from_the_first_on()
    {
        TransformerArchitecture model = PublishedConfigs.Read(PublishedConfigs.All["gpt-oss-120b"].Json);
        Assert.Equal([128, 0, 128, 0], model.Layers.Take(4).Select(static layer => ((AttentionSpec)layer.Mixer).Window));
        Assert.InRange(ParameterCount.Of(model).Active - ParameterCount.Of(model).Embedding, 5.05e9, 5.2e9);
    }

    [Fact]
    public void Gemma_3_sees_a_window_in_five_layers_of_six()
    {
        TransformerArchitecture model = PublishedConfigs.Read(
            """
            {"model_type":"gemma3","text_config":{"model_type":"gemma3_text","hidden_size":2560,"intermediate_size":10240,"num_hidden_layers":34,"sliding_window":1024}}
            """);
        Assert.Equal([1024, 1024, 1024, 1024, 1024, 0, 1024], model.Layers.Take(7).Select(static layer => ((AttentionSpec)layer.Mixer).Window));
        Assert.Equal(3_880_263_168, ParameterCount.Of(model).Total);
    }

    [Fact]
    public void Llama_4_maverick_alternates_dense_and_sparse_layers()
    {
        TransformerArchitecture model = PublishedConfigs.Read(
            """
            {"model_type":"llama4","text_config":{"model_type":"llama4_text","attention_chunk_size":8192,"head_dim":128,"hidden_size":5120,
             "interleave_moe_layer_step":2,"intermediate_size":8192,"intermediate_size_mlp":16384,"max_position_embeddings":1048576,
             "num_attention_heads":40,"num_experts_per_tok":1,"num_hidden_layers":48,"num_key_value_heads":8,"num_local_experts":128,
             "tie_word_embeddings":false,"use_qk_norm":false,"vocab_size":202048}}
            """);
        Assert.IsType<DenseFeedForward>(model.Layers[0].FeedForward);
        Assert.IsType<MoeFeedForward>(model.Layers[1].FeedForward);
        Assert.Equal([8192, 8192, 8192, 0], model.Layers.Take(4).Select(static layer => ((AttentionSpec)layer.Mixer).Window));
        Assert.InRange(ParameterCount.Of(model).Total, 400.0e9, 401.5e9);
        Assert.InRange(ParameterCount.Of(model).Active, 16.5e9, 17.5e9);
    }

    [Fact]
    public void Falcon_40b_has_two_norms_that_read_the_same_input()
    {
        TransformerArchitecture model = PublishedConfigs.Read(
            """
            {"model_type":"falcon","bias":false,"hidden_size":8192,"new_decoder_architecture":true,"num_attention_heads":128,"num_hidden_layers":60,
             "num_kv_heads":8,"parallel_attn":true,"vocab_size":65024}
            """);
        Assert.True(model.Layers[0].ParallelResidual);
        Assert.Equal(2, model.Layers[0].Norms);
        Assert.Equal(41_303_293_952, ParameterCount.Of(model).Total);
    }

    [Fact]
    public void The_indexer_of_deepseek_v32_is_counted()
    {
        string indexed = PublishedConfigs.All["deepseek-v3"].Json.Replace(
            "\"model_type\":\"deepseek_v3\"", "\"model_type\":\"deepseek_v32\",\"index_n_heads\":64,\"index_head_dim\":128,\"index_topk\":2048", StringComparison.Ordinal);
        long layer = (1536L * 64 * 128) + (7168 * 128) + (2 * 128) + (7168 * 64);
        Assert.Equal(671_026_419_200 + (61 * layer), ParameterCount.Of(PublishedConfigs.Read(indexed)).Total);
    }
}
