using LlmSim.Model.Hardware;
using LlmSim.Model.Memory;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;
using Xunit;

namespace LlmSim.Tests.Model.Memory;

public sealed class ServeMemoryTests
{
    private static readonly Bytes H100 = Bytes.Gigabytes(85.0);

    [Fact]
    public void The_cache_gets_what_vllm_leaves()
    {
        // 0.9 mem - weights - 1 GB - sampler - B(8h + 4I/tp), over bytes per token, all per GPU.
        var input = new ServeMemoryInput { Architecture = SampleModels.Qwen3Of32B(), Layout = new ParallelLayout { Tensor = 2 }, MaxSequences = 1024 };
        double weights = WeightMemory.Of(
            ParameterSharding.OnStage(input.Architecture, input.Layout, StageLayers.Split(64, 1), 0),
            input.Weights).Value;
        double pool = (0.9 * 85.0e9) - weights - 1e9 - 5.4e9 - (8192d * ((8 * 5120) + (4 * 25600 / 2)));
        KvCapacity kv = ServeMemory.Account(input, H100).Kv;
        Assert.Equal(pool, kv.Pool.Value, 1);
        Assert.Equal(131_072, kv.PerToken.Value);
        Assert.Equal((long)(pool / 131_072), kv.Tokens);
        Assert.Equal(kv.Tokens / 16, kv.Blocks);
    }

    [Fact]
    public void TensorRT_takes_a_share_of_what_is_free_and_SGLang_a_static_share()
    {
        var input = new ServeMemoryInput { Architecture = SampleModels.Llama3Of8B(), Engine = EngineMemory.TensorRtLlm };
        double weights = 2d * 8_030_261_248;
        double activations = 8192d * ((8 * 4096) + (4 * 14336));
        Assert.Equal(0.9 * (85e9 - weights - 2.5e9 - activations), ServeMemory.Account(input, H100).Kv.Pool.Value, 1);
        Assert.Equal((0.8 * 85e9) - weights - 0.6e9, ServeMemory.Account(input with { Engine = EngineMemory.Sglang }, H100).Kv.Pool.Value, 1);
    }

    [Fact]
    public void The_cache_of_a_measured_server_is_met_within_two_percent()
    {
        // vLLM 0.19 on one RTX 4090 with Llama-3.1-8B reports 41,408 tokens (LLMServingSim's published run).
        var input = new ServeMemoryInput { Architecture = SampleModels.Llama3Of8B(), MaxSequences = 256, MaxBatchedTokens = 2048, MaxContext = 32768 };
        KvCapacity kv = ServeMemory.Account(input, Bytes.From(25_250_627_584)).Kv;
        Assert.Equal(41_408, kv.Tokens, 0.02 * 41_408);
    }

    [Fact]
    public void Parts_pool_and_memory_agree()
    {
        var input = new ServeMemoryInput { Architecture = SampleModels.Llama3Of8B(), MaxContext = 8192 };
        ServeMemoryResult result = ServeMemory.Account(input, H100);
        Bytes least = result.Account.SizeOf("KV cache, least");
        Assert.Equal(8192d * 131_072, least.Value);
        Assert.Equal(result.Account.Headroom.Value, (result.Kv.Pool - least).Value, 1);
        Assert.True(result.Account.Fits);
        Assert.Equal(2d * 8_030_261_248, result.Account.RulesOfThumb[0].Size.Value);
    }

    [Fact]
    public void Quantised_weights_leave_embedding_and_head_at_sixteen_bit()
    {
        var input = new ServeMemoryInput { Architecture = SampleModels.Llama3Of8B(), Weights = WeightFormats.Of(NumberFormat.Fp8) };
        double ends = 2d * 128256 * 4096;
        Assert.Equal((8_030_261_248 - ends) + (2 * ends), ServeMemory.Account(input, H100).Account.SizeOf("weights").Value, 0);
    }

    [Fact]
    public void The_stage_with_the_fewest_tokens_speaks_for_a_pipeline()
    {
        var input = new ServeMemoryInput { Architecture = SampleModels.Llama3Of70B(), Layout = new ParallelLayout { Pipeline = 4 } };
        long tightest = ServeMemory.Account(input, H100).Kv.Tokens;
        Assert.Equal(Enumerable.Range(0, 4).Min(stage => ServeMemory.OfStage(input, stage, H100).Kv.Tokens), tightest);
    }
}
