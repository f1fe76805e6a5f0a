using System.Collections.Immutable;
using LlmSim.Model.Architecture;

namespace LlmSim.Tests.Model;

/// <summary>Shapes of published models, typed from their configuration files.</summary>
internal static class SampleModels
{
    public static TransformerArchitecture Gpt2(bool bias = true) => Uniform(
        "gpt2",
        50257,
        768,
        12,
        new AttentionSpec(12, 12, 64, Bias: bias ? AttentionBias.All : AttentionBias.None),
        new DenseFeedForward(3072, Gated: false, Bias: bias)) with
    {
        TiedEmbeddings = true,
        LearnedPositions = 1024,
        Norm = bias ? NormKind.Layer : NormKind.LayerWithoutBias,
    };

    public static TransformerArchitecture Gpt3() => Classic("gpt3-175b", 12288, 96, 96);

    public static TransformerArchitecture Llama2Of7B() =>
        Uniform("llama-2-7b", 32000, 4096, 32, new AttentionSpec(32, 32, 128), new DenseFeedForward(11008, Gated: true));

    public static TransformerArchitecture Llama2Of13B() =>
        Uniform("llama-2-13b", 32000, 5120, 40, new AttentionSpec(40, 40, 128), new DenseFeedForward(13824, Gated: true));

    public static TransformerArchitecture Llama3Of8B() =>
        Uniform("llama-3.1-8b", 128256, 4096, 32, new AttentionSpec(32, 8, 128), new DenseFeedForward(14336, Gated: true));

    public static TransformerArchitecture Llama3Of70B() =>
        Uniform("llama-3.1-70b", 128256, 8192, 80, new AttentionSpec(64, 8, 128), new DenseFeedForward(28672, Gated: true));

    public static TransformerArchitecture Llama3Of405B() =>
        Uniform("llama-3.1-405b", 128256, 16384, 126, new AttentionSpec(128, 8, 128), new DenseFeedForward(53248, Gated: true));

    public static TransformerArchitecture Mixtral() =>
        Uniform("mixtral-8x7b", 32000, 4096, 32, new AttentionSpec(32, 8, 128), new MoeFeedForward(8, 2, 14336));

    public static TransformerArchitecture Qwen3Of32B() =>
        Uniform("qwen3-32b", 151936, 5120, 64, new AttentionSpec(64, 8, 128, QkNorm: QkNorm.PerHead), new DenseFeedForward(25600, Gated: true));

    public static TransformerArchitecture DeepSeekV3()
    {
        var attention = new LatentAttentionSpec(128, 1536, 512, 128, 64, 128);
        var dense = new LayerSpec(attention, new DenseFeedForward(18432, Gated: true));
        var sparse = new LayerSpec(attention, new MoeFeedForward(256, 8, 2048, SharedIntermediateSize: 2048, RouterBias: true));
        return Llama2Of7B() with
        {
            Name = "deepseek-v3",
            VocabularySize = 129280,
            HiddenSize = 7168,
            Layers = [.. Enumerable.Repeat(dense, 3), .. Enumerable.Repeat(sparse, 58)],
        };
    }

    /// <summary>A GPT of Megatron-LM's papers: multi-head, GeLU of 4h, biases, tied embedding.</summary>
    public static TransformerArchitecture Classic(string name, int hidden, int layers, int heads, int vocabulary = 51200) => Uniform(
        name,
        vocabulary,
        hidden,
        layers,
        new AttentionSpec(heads, heads, hidden / heads, Bias: AttentionBias.All),
        new DenseFeedForward(4 * hidden, Gated: false, Bias: true)) with
    {
        TiedEmbeddings = true,
        LearnedPositions = 2048,
        Norm = NormKind.Layer,
    };

    public static TransformerArchitecture Uniform(
        string name,
        int vocabulary,
        int hidden,
        int layers,
        SequenceMixer mixer,
        FeedForwardSpec feedForward) => new()
        {
            Name = name,
            VocabularySize = vocabulary,
            HiddenSize = hidden,
            Layers = [.. Enumerable.Repeat(new LayerSpec(mixer, feedForward), layers)],
            MaxContext = 8192,
        };
}
