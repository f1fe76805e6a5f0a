using LlmSim.Model.Architecture;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;

namespace LlmSim.Model.Memory;

/// <summary>What the KV cache of one replica holds.</summary>
/// <param name="Pool">Memory of the cache on one device; zero or below where nothing is left.</param>
/// <param name="PerToken">Bytes of a token on one device, averaged over a sequence of typical context.</param>
/// <param name="Tokens">Tokens that fit.</param>
/// <param name="Blocks">Whole blocks that fit.</param>
/// <param name="Sequences">Sequences of the longest context that fit at once.</param>
public readonly record struct KvCapacity(Bytes Pool, Bytes PerToken, long Tokens, long Blocks, long Sequences);

/// <summary>The memory of one device while serving, and what it leaves for the KV cache.</summary>
/// <param name="Account">The account; its KV part is the least that has to fit.</param>
/// <param name="Kv">The cache that the rest holds.</param>
public sealed record ServeMemoryResult(MemoryAccount Account, KvCapacity Kv);

/// <summary>Accounts for the memory of one device while serving.</summary>
public static class ServeMemory
{
    /// <summary>
    /// Bytes per token and hidden channel at the peak of a 16-bit forward pass: residual, its sum, normed input and sublayer output.
    /// </summary>
    private const double HiddenBytes = 8;

    /// <summary>Bytes per token and inner channel: gate and up at 16 bit.</summary>
    private const double InnerBytes = 4;

    /// <summary>The account of the stage that holds the fewest tokens.</summary>
    public static ServeMemoryResult Account(ServeMemoryInput input, Bytes memory)
    {
        ServeMemoryResult tightest = OfStage(input, 0, memory);
        for (int stage = 1; stage < input.Layout.Pipeline; stage++)
        {
            ServeMemoryResult result = OfStage(input, stage, memory);
            bool isTighter = result.Kv.Tokens < tightest.Kv.Tokens || (result.Kv.Tokens == tightest.Kv.Tokens && result.Kv.Pool < tightest.Kv.Pool);
            tightest = isTighter ? result : tightest;
        }

        return tightest;
    }

    /// <summary>The account of a device on one stage.</summary>
    public static ServeMemoryResult OfStage(ServeMemoryInput input, int stage, Bytes memory)
    {
        StageLayers stages = StageLayers.Of(input.Architecture.Layers.Length, input.Layout);
        EngineMemory engine = input.Engine;
        var parts = new MemoryParts();
        ShardedParameters parameters = ParameterSharding.OnStage(input.Architecture, input.Layout, stages, stage);
        parts.Add("weights", WeightMemory.Of(parameters, input.Weights), $"{parameters.Total:0} parameters", "count x size of format");
        parts.Add("further weights", input.ExtraWeights, $"as stated", "input");
        parts.Add("context", engine.Context, $"driver context and communication buffers, graphs unless apart", engine.Source, true);
        parts.Add("graphs", engine.Graphs, $"as stated", "input", true);
        AddForward(input, stages, stage, parts);

        Bytes withheld = Withheld(engine, memory, parts.Total);
        Bytes pool = memory - parts.Total - withheld;
        parts.Add("left free", withheld, $"{1 - engine.Share:0.##} of {(engine.IsShareOfFree ? "what is free" : "memory")}", engine.Source, true);
        KvCacheMemory kv = KvCacheMemory.Of(input.Architecture, input.Layout, input.KvFormat, stages, stage);
        Bytes least = kv.PerSequence(input.EffectiveMaxContext) * input.RequiredSequences;
        parts.Add(
            "KV cache, least",
            least,
            $"{input.RequiredSequences} sequences of {input.EffectiveMaxContext} tokens",
            "2·kv_heads·d·bytes per layer and token");
        var account = new MemoryAccount
        {
            Stage = stage,
            Parts = parts.ToImmutable(),
            Capacity = memory,
            RulesOfThumb = [RulesOfThumb.Serving(ParameterSharding.Whole(input.Architecture))],
        };
        return new ServeMemoryResult(account, Capacity(input, kv, pool));
    }

    /// <summary>What the engine keeps its hands off: a share of the memory, or of what is free.</summary>
    private static Bytes Withheld(EngineMemory engine, Bytes memory, Bytes used) =>
        engine.IsShareOfFree ? Bytes.Max(Bytes.Zero, memory - used) * (1 - engine.Share) : memory * (1 - engine.Share);

    /// <summary>
    /// Activations of the largest iteration: B(8h + 4I/t), with the copies of routed tokens where there are experts; and the sampler on the last
    /// stage.
    /// </summary>
    private static void AddForward(ServeMemoryInput input, StageLayers stages, int stage, MemoryParts parts)
    {
        if (!input.Engine.CountsActivations)
        {
            return;
        }

        TransformerArchitecture architecture = input.Architecture;
        IEnumerable<LayerSpec> layers = stages.LayersOn(stage).Select(index => architecture.Layers[index]).Distinct();
        double inner = layers.Select(layer => Inner(layer, architecture.HiddenSize, input.Layout)).DefaultIfEmpty().Max();
        Bytes activations = new(input.MaxBatchedTokens * ((HiddenBytes * architecture.HiddenSize) + inner));
        parts.Add(
            "activation peak",
            activations,
            $"{input.MaxBatchedTokens} tokens x (8 x {architecture.HiddenSize} + {inner:0}) B",
            "B(8h + 4I/t), fitted with the engine's figures");
        if (stage == input.Layout.Pipeline - 1)
        {
            int rows = Math.Min(input.MaxSequences, input.MaxBatchedTokens);
            parts.Add(
                "logits and sampler",
                input.Engine.Sampler(rows, architecture.VocabularySize),
                $"fp32 logits of {rows} x {architecture.VocabularySize}, or the profiling reserve of {rows} sequences",
                input.Engine.Source);
        }
    }

    /// <summary>Bytes per token in the widest moment of a feed-forward part; experts see their token's copies, in and out.</summary>
    private static double Inner(LayerSpec layer, int hidden, ParallelLayout layout) => layer.FeedForward switch
    {
        DenseFeedForward dense => InnerBytes * dense.IntermediateSize / layout.Tensor,
        MoeFeedForward moe =>
            ((double)moe.TopK * ExpertSplit.TensorDegree(layout) / layout.Tensor
                * ((2 * 2d * hidden) + (InnerBytes * moe.ExpertIntermediateSize / ExpertSplit.TensorDegree(layout))))
            + (InnerBytes * moe.SharedIntermediateSize / layout.Tensor),
        _ => 0,
    };

    private static KvCapacity Capacity(ServeMemoryInput input, KvCacheMemory kv, Bytes pool)
    {
        int context = input.EffectiveTypicalContext;
        Bytes perToken = kv.PerSequence(context) / context;
        if (perToken.Value <= 0)
        {
            return new KvCapacity(pool, Bytes.Zero, long.MaxValue, long.MaxValue, long.MaxValue);
        }

        long tokens = (long)Math.Max(0, Math.Floor(pool / perToken));
        long sequences = (long)Math.Max(0, Math.Floor(pool / kv.PerSequence(input.EffectiveMaxContext)));
        return new KvCapacity(pool, perToken, tokens, tokens / input.BlockSize, sequences);
    }
}
