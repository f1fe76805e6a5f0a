using LlmSim.Model.Architecture;
using LlmSim.Model.Catalog;
using LlmSim.Model.Collectives;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;
using LlmSim.Model.Parallelism;

namespace LlmSim.Tests.Model.Cost;

/// <summary>Models and prices that several tests share.</summary>
internal static class SamplePieces
{
    internal static TransformerArchitecture Llama8B { get; } = Architecture("llama-8b-like", 32, 4096, new AttentionSpec(32, 8, 128), new DenseFeedForward(14336, Gated: true), 128256);

    internal static TransformerArchitecture Windowed { get; } = new()
    {
        Name = "windowed",
        VocabularySize = 32000,
        HiddenSize = 2048,
        Layers = [.. Enumerable.Range(0, 8).Select(static i => new LayerSpec(new AttentionSpec(16, 4, 128, i % 2 == 0 ? 512 : 0), new DenseFeedForward(8192, Gated: true)))],
        MaxContext = 8192,
    };

    internal static TransformerArchitecture Gpt22B { get; } = Architecture("gpt-22b-like", 48, 6144, new AttentionSpec(64, 64, 96, Bias: AttentionBias.All), new DenseFeedForward(24576, Gated: false, Bias: true), 51200) with
    {
        Norm = NormKind.Layer,
        TiedEmbeddings = true,
        LearnedPositions = 2048,
        MaxContext = 2048,
    };

    internal static Node Node(string accelerator) => Nodes.Default(HardwareCatalog.Accelerators.Find(accelerator));

    internal static CostModel Model(string accelerator, ParallelLayout? layout = null)
    {
        Node node = Node(accelerator);
        return new CostModel(node, EfficiencyCatalog.For(node.Accelerator), layout ?? ParallelLayout.Single, CollectiveBackend.Direct);
    }

    internal static StepPrice StepPrice(TransformerArchitecture architecture, string accelerator, bool asynchronous = false)
    {
        CostModel model = Model(accelerator);
        HostMode host = HostMode.Of(model.Efficiency.ServingHost.Constants) with { Asynchronous = asynchronous };
        return new StepPrice(architecture, model, new GraphOptions { Execution = ExecutionMode.CudaGraph }, host);
    }

    private static TransformerArchitecture Architecture(string name, int layers, int hidden, AttentionSpec attention, DenseFeedForward feedForward, int vocabulary) => new()
    {
        Name = name,
        VocabularySize = vocabulary,
        HiddenSize = hidden,
        Layers = [.. Enumerable.Repeat(new LayerSpec(attention, feedForward), layers)],
        MaxContext = 131072,
    };
}
