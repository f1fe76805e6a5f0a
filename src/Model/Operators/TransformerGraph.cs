using LlmSim.Model.Architecture;
using LlmSim.Model.Collectives;
using LlmSim.Model.Hardware;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;

namespace LlmSim.Model.Operators;

/// <summary>Builds the operator graphs of a model on one device: a layer, the embedding and the head. Prefill, decode and training come from here alike.</summary>
public static class TransformerGraph
{
    /// <summary>The forward graph of one layer, fused as far as the execution mode fuses.</summary>
    public static OperatorGraph Layer(LayerSpec layer, TransformerArchitecture architecture, in BatchShape batch, GraphOptions options)
    {
        OperatorGraph graph = UnfusedLayer(layer, architecture, batch, options);
        return options.Execution == ExecutionMode.Eager ? graph : Fusion.Apply(graph, FusionRules.Inference);
    }

    /// <summary>The forward graph of one layer with each operator as a kernel of its own.</summary>
    public static OperatorGraph UnfusedLayer(LayerSpec layer, TransformerArchitecture architecture, in BatchShape batch, GraphOptions options)
    {
        var graph = new GraphBuilder(options);
        int hidden = architecture.HiddenSize;
        double tokens = MixerOperators.LocalTokens(batch, options);
        double streamTokens = options.Layout.SequenceParallel ? tokens / options.Layout.Tensor : tokens;
        NormAndGather(graph, "1", "residual-0", "normed", streamTokens * hidden, tokens * hidden, options);
        MixerOperators.Append(graph, layer.Mixer, hidden, batch, options);
        bool exchangeOnce = layer.ParallelResidual && layer.FeedForward is not null;
        string mixed = exchangeOnce ? "mixed" : Reduce(graph, "reduce-1", "mixed", tokens * hidden, options);
        if (layer.Norms >= 4)
        {
            Norm(graph, "post-norm-1", mixed, "mixed-normed", streamTokens * hidden);
            mixed = "mixed-normed";
        }

        Residual(graph, "residual-add-1", mixed, "residual-0", "residual-1", streamTokens * hidden, options);
        if (layer.FeedForward is not null)
        {
            FeedForward(graph, layer, hidden, tokens, streamTokens, options);
        }

        OperatorGraph whole = LowRankGraph.Of(graph.Build("layer, forward"), layer, hidden, options);
        return options.Trained == LayerTraining.Whole ? whole : FrozenGraph.OfLayer(whole, layer, hidden, options);
    }

    /// <summary>The fused attention of one layer alone, without projections: the part of a layer that depends on contexts.</summary>
    public static IEnumerable<Operator> AttentionOperators(LayerSpec layer, TransformerArchitecture architecture, in BatchShape batch, GraphOptions options)
    {
        var graph = new GraphBuilder(options);
        MixerOperators.AppendAttention(graph, layer.Mixer, architecture.HiddenSize, batch, options);
        return graph.Build("attention").Operators;
    }

    /// <summary>Look-up of token embeddings (and learned positions).</summary>
    public static OperatorGraph Embedding(TransformerArchitecture architecture, in BatchShape batch, GraphOptions options)
    {
        var graph = new GraphBuilder(options);
        double tokens = MixerOperators.LocalTokens(batch, options);
        double elements = tokens * architecture.HiddenSize;
        graph.Pointwise("embedding", OperatorKind.Embedding, [(GraphBuilder.WeightPrefix + "embedding", elements)], [("residual-0", elements)], 0);
        CollectiveKind kind = options.Layout.SequenceParallel ? CollectiveKind.ReduceScatter : CollectiveKind.AllReduce;
        graph.Communicate("embedding-reduce", kind, GroupKind.Tensor, options.Layout.Tensor, "residual-0", "embedded", elements);
        return graph.Build("embedding");
    }

    /// <summary>Last norm, LM head, and what follows: sampling in serving, the loss in training.</summary>
    public static OperatorGraph Head(TransformerArchitecture architecture, in BatchShape batch, GraphOptions options, bool training)
    {
        var graph = new GraphBuilder(options);
        double rows = batch.LogitRows / options.Layout.Context;
        double vocabulary = (double)architecture.VocabularySize / options.Layout.Tensor;
        Norm(graph, "final-norm", "residual-0", "final", rows * architecture.HiddenSize);
        graph.Gemm("lm-head", "final", "logits", rows, vocabulary, architecture.HiddenSize, OperatorKind.LmHead, quantised: false);
        if (training)
        {
            double bytesPerLogit = options.FusedLoss ? FusedLossBytes : UnfusedLossBytes;
            graph.Add(new Operator
            {
                Name = "loss",
                Kind = OperatorKind.Loss,
                Reads = [new TensorAccess("logits", new Bytes(bytesPerLogit * rows * vocabulary / 2))],
                Writes = [new TensorAccess("loss-out", new Bytes(bytesPerLogit * rows * vocabulary / 2))],
                Flops = new FlopCount(5 * rows * vocabulary),
                Format = NumberFormat.Fp32,
            });
        }
        else
        {
            double logits = rows * architecture.VocabularySize;
            graph.Communicate("logits-gather", CollectiveKind.AllGather, GroupKind.Tensor, options.Layout.Tensor, "logits", "all-logits", logits);
            graph.Pointwise("sampling", OperatorKind.Sampling, [("logits", 2 * rows * architecture.VocabularySize)], [("tokens", rows)], 3);
        }

        return graph.Build("head");
    }

    /// <summary>Bytes moved for each logit by a fused cross-entropy: it reads the 2-byte logits for the sum and again for the gradient, which it writes in their place, and as much between.</summary>
    private const double FusedLossBytes = 12;

    /// <summary>
    /// Bytes moved for each logit by the cross-entropy of Megatron before its fusion: copy to fp32 (6), maximum (4), difference (8), exponential (8), sum (4),
    /// division (8); backward product with the loss's gradient (8) and copy back (6).
    /// </summary>
    private const double UnfusedLossBytes = 52;

    private static void FeedForward(GraphBuilder graph, LayerSpec layer, int hidden, double tokens, double streamTokens, GraphOptions options)
    {
        NormAndGather(graph, "2", layer.ParallelResidual ? "residual-0" : "residual-1", "normed-2", streamTokens * hidden, tokens * hidden, options);
        FeedForwardOperators.Append(graph, layer.FeedForward!, hidden, tokens, options);
        string transformed = Reduce(graph, "reduce-2", "transformed", tokens * hidden, options);
        if (layer.Norms >= 4)
        {
            Norm(graph, "post-norm-2", transformed, "transformed-normed", streamTokens * hidden);
            transformed = "transformed-normed";
        }

        Residual(graph, "residual-add-2", transformed, "residual-1", "residual-2", streamTokens * hidden, options);
    }

    private static void Norm(GraphBuilder graph, string name, string input, string output, double elements) =>
        graph.Pointwise(name, OperatorKind.Norm, [(input, elements)], [(output, elements)], 5);

    private static void Residual(GraphBuilder graph, string name, string branch, string residual, string output, double elements, GraphOptions options)
    {
        (string, double)[] writes = options.Dropout ? [(output, elements), (name + "-mask", elements / options.StreamBytes)] : [(output, elements)];
        graph.Pointwise(name, OperatorKind.Elementwise, [(branch, elements), (residual, elements)], writes, options.Dropout ? 2 + GraphBuilder.DropoutOperations : 1);
    }

    /// <summary>Under sequence parallelism each region of tensor parallelism starts with an all-gather.</summary>
    private static void NormAndGather(
        GraphBuilder graph, string number, string input, string output, double streamElements, double elements, GraphOptions options)
    {
        if (options.Layout.SequenceParallel && options.Layout.Tensor > 1)
        {
            Norm(graph, "norm-" + number, input, "stream-" + output, streamElements);
            graph.Communicate("gather-" + number, CollectiveKind.AllGather, GroupKind.Tensor, options.Layout.Tensor, "stream-" + output, output, elements);
        }
        else
        {
            Norm(graph, "norm-" + number, input, output, streamElements);
        }
    }

    private static string Reduce(GraphBuilder graph, string name, string input, double elements, GraphOptions options)
    {
        if (options.Layout.Tensor == 1)
        {
            return input;
        }

        CollectiveKind kind = options.Layout.SequenceParallel ? CollectiveKind.ReduceScatter : CollectiveKind.AllReduce;
        graph.Communicate(name, kind, GroupKind.Tensor, options.Layout.Tensor, input, input + "-reduced", elements);
        return input + "-reduced";
    }
}
