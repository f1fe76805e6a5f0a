using System.Collections.Immutable;

namespace LlmSim.Model.Architecture;

/// <summary>Structured pruning: whole layers, channels or heads are cut away, and what is left is a smaller dense model (Muralidharan 2024, Minitron, arXiv 2407.14679, section 2).</summary>
public sealed record Pruning
{
    /// <summary>Layers that are left; null for all. Those before the last are cut, as the last layers matter most (section 2.2 of the source).</summary>
    public int? Layers { get; init; }

    /// <summary>Width of the residual stream; null as it is.</summary>
    public int? Hidden { get; init; }

    /// <summary>Inner width of dense feed-forward parts; null as it is.</summary>
    public int? Intermediate { get; init; }

    /// <summary>Query heads of softmax attention; null for all.</summary>
    public int? Heads { get; init; }

    /// <summary>KV heads of softmax attention; null for all.</summary>
    public int? KvHeads { get; init; }

    /// <summary>The model that is left.</summary>
    public TransformerArchitecture Apply(TransformerArchitecture whole)
    {
        int kept = Layers ?? whole.Layers.Length;
        ImmutableArray<LayerSpec> layers = kept == whole.Layers.Length ? whole.Layers : [.. whole.Layers.Take(kept - 1), whole.Layers[^1]];
        return whole with { HiddenSize = Hidden ?? whole.HiddenSize, Layers = [.. layers.Select(Layer)] };
    }

    /// <summary>Why a model cannot be cut so; null where it can.</summary>
    public string? Problem(TransformerArchitecture whole)
    {
        int heads = Least(static a => a.Heads);
        int keyHeads = Least(static a => a.KvHeads);
        int inner = whole.Layers.Select(static l => l.FeedForward).OfType<DenseFeedForward>().Select(static d => d.IntermediateSize).DefaultIfEmpty(0).Min();
        (string Name, int? Value, int Most)[] cuts =
        [
            ("layers", Layers, whole.Layers.Length), ("hidden", Hidden, whole.HiddenSize), ("intermediate", Intermediate, inner), ("heads", Heads, heads), ("kv_heads", KvHeads, keyHeads),
        ];
        foreach ((string name, int? value, int most) in cuts)
        {
            if (value > most)
            {
                return most == 0 ? $"{name} is {value}, but {whole.Name} has none to cut" : $"{name} is {value}, but {whole.Name} has {most}: legal are 1 to {most}";
            }
        }

        int left = Heads ?? heads;
        int groups = KvHeads ?? keyHeads;
        return groups > 0 && left % groups != 0 ? $"{left} heads are no multiple of {groups} KV heads: legal kv_heads are {Divisors(left)}" : null;

        int Least(Func<AttentionSpec, int> count) => whole.Layers.Select(static l => l.Mixer).OfType<AttentionSpec>().Select(count).DefaultIfEmpty(0).Min();
    }

    private static string Divisors(int number) => string.Join(", ", Enumerable.Range(1, number).Where(divisor => number % divisor == 0));

    private LayerSpec Layer(LayerSpec layer) => layer with
    {
        Mixer = layer.Mixer is AttentionSpec attention ? attention with { Heads = Heads ?? attention.Heads, KvHeads = KvHeads ?? attention.KvHeads } : layer.Mixer,
        FeedForward = layer.FeedForward is DenseFeedForward dense ? dense with { IntermediateSize = Intermediate ?? dense.IntermediateSize } : layer.FeedForward,
    };
}
