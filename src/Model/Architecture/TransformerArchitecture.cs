using System.Collections.Immutable;
using LlmSim.Model.Hardware;

namespace LlmSim.Model.Architecture;

/// <summary>The shape of a decoder-only language model: what is needed to count its parameters, work and memory.</summary>
public sealed record TransformerArchitecture
{
    /// <summary>Catalog key, such as <c>llama-3.1-8b</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Name for people, such as <c>Llama 3.1 8B</c>; empty where none was given.</summary>
    public string Title { get; init; } = string.Empty;

    /// <summary>Tokens in the vocabulary V; rows of the embedding.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Width h of the residual stream.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>The layers from first to last. Equal layers share one <see cref="LayerSpec"/> instance or compare equal.</summary>
    public required ImmutableArray<LayerSpec> Layers { get; init; }

    /// <summary>Whether the LM head shares the embedding's matrix.</summary>
    public bool TiedEmbeddings { get; init; }

    /// <summary>Kind of every norm.</summary>
    public NormKind Norm { get; init; } = NormKind.Rms;

    /// <summary>Rows of a learned position embedding; zero for rotary or ALiBi positions.</summary>
    public int LearnedPositions { get; init; }

    /// <summary>Longest context that the model was made for, in tokens.</summary>
    public required int MaxContext { get; init; }

    /// <summary>Format in which the weights are published.</summary>
    public NumberFormat NativeFormat { get; init; } = NumberFormat.Bf16;

    /// <summary>Parameters outside the layers that the fields above do not count, such as an embedding norm.</summary>
    public long ExtraParameters { get; init; }

    /// <summary>Figures that are not known for certain, by field name, with what was assumed.</summary>
    public ImmutableSortedDictionary<string, string> Uncertain { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Where the shape comes from.</summary>
    public string Source { get; init; } = string.Empty;

    /// <summary>The largest attention window of any layer in tokens; zero where every layer sees everything.</summary>
    public int Window => Layers.Select(static layer => layer.Mixer).OfType<AttentionSpec>().Select(static mixer => mixer.Window).DefaultIfEmpty(0).Max();

    /// <summary>The different kinds of layers in order of first appearance, each with its number.</summary>
    public ImmutableArray<LayerCount> DistinctLayers()
    {
        var counts = ImmutableArray.CreateBuilder<LayerCount>();
        foreach (LayerSpec layer in Layers)
        {
            int index = IndexOf(counts, layer);
            if (index < 0)
            {
                counts.Add(new LayerCount(layer, 1));
            }
            else
            {
                counts[index] = counts[index] with { Count = counts[index].Count + 1 };
            }
        }

        return counts.ToImmutable();
    }

    private static int IndexOf(ImmutableArray<LayerCount>.Builder counts, LayerSpec layer)
    {
        for (int i = 0; i < counts.Count; i++)
        {
            if (counts[i].Layer == layer)
            {
                return i;
            }
        }

        return -1;
    }
}
