using LlmSim.Model.Architecture;
using LlmSim.Model.Collectives;
using LlmSim.Model.Hardware;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;

namespace LlmSim.Model.Operators;

/// <summary>Operators of the part of a layer in which tokens see each other, on one device.</summary>
internal static class MixerOperators
{
    /// <summary>Splitting heads by hand adds a bias and copies queries, keys and values into the order that batched products want; only the values' copy is large.</summary>
    private const int SplitLaunches = 4;

    /// <summary>Tokens that this device computes under context parallelism.</summary>
    internal static double LocalTokens(in BatchShape batch, GraphOptions options) => batch.Tokens / options.Layout.Context;

    /// <summary>Appends the mixer between the tensor <c>normed</c> and the tensor <c>mixed</c>.</summary>
    internal static void Append(GraphBuilder graph, SequenceMixer mixer, int hidden, in BatchShape batch, GraphOptions options)
    {
        switch (mixer)
        {
            case AttentionSpec attention:
                Attention(graph, attention, hidden, batch, options);
                break;
            case LatentAttentionSpec latent:
                Latent(graph, latent, hidden, batch, options);
                break;
            case StateSpaceSpec state:
                StateSpace(graph, state, hidden, batch, options);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(mixer), mixer.GetType().Name, "A mixer without operators.");
        }
    }

    /// <summary>Appends only the operators whose work depends on contexts: fused attention, or a latent module as a whole.</summary>
    internal static void AppendAttention(GraphBuilder graph, SequenceMixer mixer, int hidden, in BatchShape batch, GraphOptions options)
    {
        if (mixer is AttentionSpec spec)
        {
            AttentionKernels(graph, spec, (double)spec.Heads / options.Layout.Tensor, Math.Max(1, (double)spec.KvHeads / options.Layout.Tensor), batch, options);
        }
        else if (mixer is LatentAttentionSpec latent)
        {
            Latent(graph, latent, hidden, batch, options);
        }
    }

    private static void Attention(GraphBuilder graph, AttentionSpec spec, int hidden, in BatchShape batch, GraphOptions options)
    {
        double tokens = LocalTokens(batch, options);
        double heads = (double)spec.Heads / options.Layout.Tensor;
        double kvHeads = Math.Max(1, (double)spec.KvHeads / options.Layout.Tensor);
        double d = spec.HeadSize;
        double queryWidth = heads * d * (spec.OutputGate ? 2 : 1);
        double qkv = queryWidth + (2 * kvHeads * d);
        graph.Gemm("qkv", "normed", "qkv-out", tokens, qkv, hidden);
        if (spec.QkNorm != QkNorm.None)
        {
            graph.Pointwise("q-norm", OperatorKind.Norm, [("qkv-out", tokens * heads * d)], [("q-normed", tokens * heads * d)], 4);
            graph.Pointwise("k-norm", OperatorKind.Norm, [("q-normed", tokens * kvHeads * d)], [("qk-normed", tokens * kvHeads * d)], 4);
            if (spec.QkNorm == QkNorm.FullWidth)
            {
                // The sum of squares over the full width needs one value each for queries and keys from every tensor-parallel rank.
                graph.Communicate("qk-norm-sum", CollectiveKind.AllReduce, GroupKind.Tensor, options.Layout.Tensor, "qk-normed", "qk-normed-sum", 2 * tokens);
            }
        }

        string context = options.Attention == AttentionImplementation.Flash
            ? FusedAttention(graph, spec, heads, kvHeads, batch, options, tokens)
            : UnfusedAttention(graph, heads, kvHeads, d, batch, options, tokens);
        if (spec.OutputGate)
        {
            double width = tokens * heads * d;
            graph.Pointwise("output-gate", OperatorKind.Elementwise, [(context, width), ("qkv-out", width)], [("gated-context", width)], 4);
            context = "gated-context";
        }

        graph.Gemm("attention-out", context, "mixed", tokens, hidden, heads * d);
    }

    private static string FusedAttention(GraphBuilder graph, AttentionSpec spec, double heads, double kvHeads, in BatchShape batch, GraphOptions options, double tokens)
    {
        double d = spec.HeadSize;
        double rotated = tokens * (heads + (2 * kvHeads)) * d;
        graph.Pointwise("rotary", OperatorKind.Rotary, [("qkv-out", rotated)], [("rotated", rotated)], 3);
        if (options.Layout is { ContextKind: ContextKind.Ulysses, Context: > 1 })
        {
            return UlyssesAttention(graph, spec, heads, kvHeads, batch, options, tokens);
        }

        ContextExchange(graph, kvHeads * d, batch, options);
        AttentionKernels(graph, spec, heads, kvHeads, batch, options);
        return "context";
    }

    /// <summary>All-to-all of queries, keys and values, the whole sequence with a share of the heads, and an all-to-all of the result (Jacobs 2023, section 3.1); KV heads fewer than ranks are copied.</summary>
    private static string UlyssesAttention(
        GraphBuilder graph, AttentionSpec spec, double heads, double kvHeads, in BatchShape batch, GraphOptions options, double tokens)
    {
        int ranks = options.Layout.Context;
        double keyHeads = Math.Max(kvHeads, ranks);
        double width = tokens * (heads + (2 * keyHeads)) * spec.HeadSize;
        graph.Communicate("ulysses-qkv", CollectiveKind.AllToAll, GroupKind.Context, ranks, "rotated", "heads", width);
        GraphOptions whole = options with { Layout = options.Layout with { Context = 1 } };
        AttentionKernels(graph, spec, heads / ranks, keyHeads / ranks, batch, whole);
        graph.Communicate("ulysses-out", CollectiveKind.AllToAll, GroupKind.Context, ranks, "context", "context-part", tokens * heads * spec.HeadSize);
        return "context-part";
    }

    private static void AttentionKernels(GraphBuilder graph, AttentionSpec spec, double heads, double kvHeads, in BatchShape batch, GraphOptions options)
    {
        if (batch.Batch.DecodeSequences > 0)
        {
            DecodeAttention(graph, spec, heads, kvHeads, batch, options);
        }

        if (batch.Batch.PrefillTokens > 0)
        {
            PrefillAttention(graph, spec, heads, kvHeads, batch, options);
        }
    }

    private static void ContextExchange(GraphBuilder graph, double kvWidth, in BatchShape batch, GraphOptions options) =>
        graph.Communicate("ring-kv", CollectiveKind.AllGather, GroupKind.Context, options.Layout.Context, "rotated", "kv-of-all", 2 * batch.Tokens * kvWidth, overlapped: true);

    private static void DecodeAttention(GraphBuilder graph, AttentionSpec spec, double heads, double kvHeads, in BatchShape batch, GraphOptions options)
    {
        double d = spec.HeadSize;
        double sequences = batch.Batch.DecodeSequences;
        double context = (spec.Window > 0 ? batch.Batch.DecodeWindowedContext : batch.Batch.DecodeContext) / (double)options.Layout.Context;
        graph.Add(new Operator
        {
            Name = "decode-attention",
            Kind = OperatorKind.Attention,
            Reads =
            [
                new TensorAccess("rotated", new Bytes(options.StreamBytes * sequences * heads * d)),
                new TensorAccess("kv-cache", options.Cache.Size() * (2 * context * kvHeads * d)),
            ],
            Writes = [new TensorAccess("context", new Bytes(options.StreamBytes * sequences * heads * d))],
            Flops = new FlopCount(4 * context * heads * d),
            Format = options.Unquantised,
            Shape = new DecodeAttentionShape(sequences, context, heads, kvHeads, d, options.Cache, Window: spec.Window),
        });
    }

    private static void PrefillAttention(GraphBuilder graph, AttentionSpec spec, double heads, double kvHeads, in BatchShape batch, GraphOptions options)
    {
        StepBatch sums = batch.Batch;
        double d = spec.HeadSize;
        double share = 1d / options.Layout.Context;
        double tokens = sums.PrefillTokens * share;
        double scores = (spec.Window > 0 ? sums.PrefillWindowedScores : sums.PrefillScores) * share;
        graph.Add(new Operator
        {
            Name = "prefill-attention",
            Kind = OperatorKind.Attention,
            Reads =
            [
                new TensorAccess("rotated", new Bytes(options.StreamBytes * tokens * (heads + (2 * kvHeads)) * d)),
                new TensorAccess("kv-cache", options.Cache.Size() * (2 * sums.PrefillPast * kvHeads * d)),
            ],
            Writes = [new TensorAccess("context", new Bytes(options.StreamBytes * tokens * heads * d))],
            Flops = new FlopCount(4 * scores * heads * d),
            Format = options.Unquantised,
            Shape = new PrefillAttentionShape(
                sums.PrefillChunks, tokens, scores, sums.PrefillPast, heads, kvHeads, d, spec.Window, options.Cache, WritesCache: !options.Training),
        });
    }

    /// <summary>Attention of the GPT-3 generation: split and transpose, scores, softmax, dropout, context, transpose back.</summary>
    private static string UnfusedAttention(GraphBuilder graph, double heads, double kvHeads, double d, in BatchShape batch, GraphOptions options, double tokens)
    {
        StepBatch sums = batch.Batch;
        double sequences = Math.Max(1, sums.PrefillChunks + sums.DecodeSequences);
        double queries = tokens / sequences;
        double keys = sums.DecodeSequences > 0 ? (double)sums.DecodeContext / sums.DecodeSequences : (sums.PrefillPast + sums.PrefillTokens) / sequences;
        double scores = sequences * heads * queries * keys;
        double width = tokens * heads * d;
        double kvWidth = tokens * kvHeads * d;
        graph.Pointwise("split-heads", OperatorKind.Elementwise, [("qkv-out", kvWidth)], [("values", kvWidth)], 0, SplitLaunches);
        graph.BatchedGemm("scores", "qkv-out", "qkv-out", "scores-out", queries, keys, d, sequences * heads);
        // Megatron's fused kernel of a causal mask reads only the scores below the diagonal, and writes zeros above it.
        double unmasked = options.Training && sums.PrefillScores > 0 ? sums.PrefillScores / (double)options.Layout.Context * heads : scores;
        graph.Pointwise("softmax", OperatorKind.Softmax, [("scores-out", Math.Min(scores, unmasked))], [("probabilities", scores)], 5);
        string probabilities = "probabilities";
        if (options.Dropout)
        {
            // The mask takes one byte an element.
            graph.Pointwise(
                "attention-dropout", OperatorKind.Elementwise, [("probabilities", scores)], [("kept", scores), ("attention-mask", scores / options.StreamBytes)], GraphBuilder.DropoutOperations);
            probabilities = "kept";
        }

        graph.BatchedGemm("context-product", probabilities, "values", "head-context", queries, d, keys, sequences * heads);
        graph.Pointwise("merge-heads", OperatorKind.Elementwise, [("head-context", width)], [("context", width)], 0);
        return "context";
    }

    private static void Latent(GraphBuilder graph, LatentAttentionSpec spec, int hidden, in BatchShape batch, GraphOptions options)
    {
        double heads = (double)spec.Heads / options.Layout.Tensor;
        if (options.Training)
        {
            ExpandedLatent(graph, spec, hidden, heads, batch, options);
            return;
        }

        if (batch.Batch.DecodeSequences > 0)
        {
            double sequences = batch.Batch.DecodeSequences;
            AddLatent(graph, "latent-decode", new LatentAttentionShape(
                spec, hidden, heads, sequences, sequences, batch.Batch.DecodeContext, 0, LatentForm.Absorbed, options.Cache, options.Weights), options);
        }

        if (batch.Batch.PrefillTokens > 0)
        {
            double share = 1d / options.Layout.Context;
            AddLatent(graph, "latent-prefill", new LatentAttentionShape(
                spec, hidden, heads, batch.Batch.PrefillChunks, batch.Batch.PrefillTokens * share, batch.Batch.PrefillScores * share, batch.Batch.PrefillPast, LatentForm.Either,
                options.Cache, options.Weights), options);
        }
    }

    /// <summary>The unabsorbed form operator by operator, as training runs it.</summary>
    private static void ExpandedLatent(GraphBuilder graph, LatentAttentionSpec spec, int hidden, double heads, in BatchShape batch, GraphOptions options)
    {
        double tokens = LocalTokens(batch, options);
        double queryWidth = heads * (spec.NopeHeadSize + spec.RopeHeadSize);
        double compressed = spec.KvRank + spec.RopeHeadSize;
        graph.Gemm("latent-down", "normed", "compressed", tokens, (spec.QueryRank > 0 ? spec.QueryRank : queryWidth) + compressed, hidden);
        double ranks = tokens * (spec.QueryRank + spec.KvRank);
        graph.Pointwise("latent-norm", OperatorKind.Norm, [("compressed", ranks)], [("compressed-normed", ranks)], 5);
        if (spec.QueryRank > 0)
        {
            graph.Gemm("query-up", "compressed-normed", "qkv-out", tokens, queryWidth, spec.QueryRank);
        }

        graph.Gemm("kv-up", "compressed-normed", "kv-out", tokens, heads * (spec.NopeHeadSize + spec.ValueHeadSize), spec.KvRank);
        int meanHeadSize = (spec.NopeHeadSize + spec.RopeHeadSize + spec.ValueHeadSize) / 2;
        var expanded = new AttentionSpec(spec.Heads, spec.Heads, meanHeadSize);
        string context = FusedAttention(graph, expanded, heads, heads, batch, options, tokens);
        graph.Gemm("attention-out", context, "mixed", tokens, hidden, heads * spec.ValueHeadSize);
    }

    private static void AddLatent(GraphBuilder graph, string name, LatentAttentionShape shape, GraphOptions options)
    {
        LatentAttentionWork work = LatentAttentionWork.Of(shape);
        graph.Add(new Operator
        {
            Name = name,
            Kind = OperatorKind.Attention,
            Reads =
            [
                new TensorAccess("normed", new Bytes(options.StreamBytes * shape.Tokens * shape.HiddenSize)),
                new TensorAccess(GraphBuilder.WeightPrefix + name, options.Weights.Size() * work.ProjectionParameters),
                new TensorAccess("kv-cache", options.Cache.Size() * work.CacheElementsRead),
            ],
            Writes = [new TensorAccess("mixed", new Bytes(options.StreamBytes * shape.Tokens * shape.HiddenSize))],
            Flops = work.ProjectionFlops + work.AttentionFlops,
            Format = options.Activations,
            Launches = 10,
            Shape = shape,
        });
    }

    private static void StateSpace(GraphBuilder graph, StateSpaceSpec spec, int hidden, in BatchShape batch, GraphOptions options)
    {
        double tokens = LocalTokens(batch, options);
        double shards = options.Layout.Tensor;
        double inner = spec.ValueHeads * (double)spec.ValueHeadSize / shards;
        double channels = spec.ConvolutionChannels / shards;
        double sequences = batch.Batch.DecodeSequences + batch.Batch.PrefillChunks;
        graph.Gemm("state-in", "normed", "state-inputs", tokens, channels + inner + (2 * spec.ValueHeads / shards), hidden);
        if (spec.ConvolutionWidth > 0)
        {
            graph.Pointwise("convolution", OperatorKind.Elementwise, [("state-inputs", tokens * channels)], [("convolved", tokens * channels)], 2 * spec.ConvolutionWidth);
        }

        // Each token updates and reads a state of key width x value width a head: about six operations an element of the state.
        double stateElements = spec.ValueHeads * (double)spec.KeyHeadSize * spec.ValueHeadSize / shards;
        Bytes state = spec.StatePerSequence * (sequences / shards);
        graph.Add(new Operator
        {
            Name = "state-scan",
            Kind = OperatorKind.Scan,
            Reads = [new TensorAccess("convolved", new Bytes(options.StreamBytes * tokens * channels)), new TensorAccess("state", state)],
            Writes = [new TensorAccess("state-context", new Bytes(options.StreamBytes * tokens * inner)), new TensorAccess("state", state)],
            Flops = new FlopCount(6 * tokens * stateElements),
            Format = options.Unquantised,
        });
        graph.Pointwise("state-gate", OperatorKind.Elementwise, [("state-context", tokens * inner), ("state-inputs", tokens * inner)], [("gated-state", tokens * inner)], 6);
        graph.Gemm("state-out", "gated-state", "mixed", tokens, hidden, inner);
    }
}
