using System.Collections.Immutable;
using LlmSim.Model.Architecture;
using LlmSim.Model.Catalog;
using LlmSim.Validation.Measurements.Kernels;

namespace LlmSim.Validation.Measurements.Training;

/// <summary>The model of a row: from the catalog by its name, or from the dimensions in the row's columns.</summary>
internal static class ModelColumns
{
    /// <summary>No published model has nearly as many; a slip of the pen could ask for memory without end.</summary>
    private const int MostLayers = 10_000;

    /// <summary>The columns.</summary>
    public static ImmutableArray<MeasuredColumn> Columns { get; } =
    [
        new("model", string.Empty, true, "model by catalog key or alias, or any name where the dimensions below are given"),
        KernelColumns.Option("hidden", "elements", "width of the residual stream; blank dimensions come from the catalog's model"),
        KernelColumns.Option("ffn", "elements", "inner width of the feed-forward part; blank: four times hidden"),
        KernelColumns.Option("layers", "layers", "layers of the model"),
        KernelColumns.Option("heads", "heads", "query heads"),
        KernelColumns.Option("kv_heads", "heads", "key and value heads; blank: as many as query heads"),
        KernelColumns.Option("vocab", "tokens", "vocabulary"),
        KernelColumns.Option("gated_mlp", "0 or 1", "whether the feed-forward part has a gate; blank: 0"),
    ];

    /// <summary>The model; null, and the row is skipped, where neither the catalog nor the columns tell it.</summary>
    public static TransformerArchitecture? Read(MeasuredCells cells, int sequence)
    {
        bool isNamed = ModelCatalog.TryFind(cells.Text("model"), out TransformerArchitecture? named);
        string[] needed = ["hidden", "layers", "heads", "vocab"];
        string[] blank = [.. needed.Where(column => cells.Text(column).Length == 0)];
        if (isNamed && Differs(named!, cells) is not string difference)
        {
            return cells.Text("vocab").Length == 0 ? named : named! with { VocabularySize = cells.Count("vocab") };
        }

        if (blank.Length == 0)
        {
            return FromColumns(cells, sequence);
        }

        if (isNamed)
        {
            difference = Differs(named!, cells)!;
            string missing = string.Join(", ", blank);
            cells.Skip(SkipReasons.BadValue, $"model '{named!.Name}' of the catalog has another {difference} than the row; give {missing} too");
            return null;
        }

        return cells.Model("model");
    }

    /// <summary>The first dimension in which the columns contradict a model; null where there is none.</summary>
    private static string? Differs(TransformerArchitecture model, MeasuredCells cells)
    {
        if (IsOther("hidden", model.HiddenSize) || IsOther("layers", model.Layers.Length))
        {
            return IsOther("hidden", model.HiddenSize) ? "hidden" : "layers";
        }

        if (model.Layers.All(layer => layer == model.Layers[0])
            && model.Layers[0] is { Mixer: AttentionSpec attention, FeedForward: DenseFeedForward dense })
        {
            (string Column, int Value)[] sizes =
            [
                ("heads", attention.Heads), ("kv_heads", attention.KvHeads), ("ffn", dense.IntermediateSize), ("gated_mlp", dense.Gated ? 1 : 0),
            ];
            return sizes.FirstOrDefault(size => IsOther(size.Column, size.Value)).Column;
        }

        return null;

        bool IsOther(string column, int value) => cells.Text(column).Length > 0 && cells.Count(column, null, 0) != value;
    }

    /// <summary>A dense decoder of the given sizes: as Llama with a gate, as GPT-2 without.</summary>
    private static TransformerArchitecture? FromColumns(MeasuredCells cells, int sequence)
    {
        int hidden = cells.Count("hidden");
        int layers = cells.Count("layers");
        int heads = cells.Count("heads");
        int kvHeads = cells.Count("kv_heads", heads);
        int inner = cells.Count("ffn", (int)Math.Min(4L * hidden, int.MaxValue));
        int vocabulary = cells.Count("vocab");
        bool isGated = cells.Count("gated_mlp", 0, 0) != 0;
        if (cells.IsSound && (hidden % heads != 0 || heads % kvHeads != 0 || layers > MostLayers))
        {
            cells.Skip(
                SkipReasons.BadValue,
                FormattableString.Invariant($"hidden {hidden}, heads {heads}, kv_heads {kvHeads}, layers {layers}; ")
                + FormattableString.Invariant($"legal are kv_heads that divide heads, heads that divide hidden, and at most {MostLayers} layers"));
        }

        if (!cells.IsSound)
        {
            return null;
        }

        var attention = new AttentionSpec(heads, kvHeads, hidden / heads, Bias: isGated ? AttentionBias.None : AttentionBias.All);
        var layer = new LayerSpec(attention, new DenseFeedForward(inner, isGated, !isGated));
        return new TransformerArchitecture
        {
            Name = cells.Text("model"),
            VocabularySize = vocabulary,
            HiddenSize = hidden,
            Layers = [.. Enumerable.Repeat(layer, layers)],
            TiedEmbeddings = !isGated,
            Norm = isGated ? NormKind.Rms : NormKind.Layer,
            LearnedPositions = isGated ? 0 : sequence,
            MaxContext = sequence,
            Source = "columns of a table of measurements",
        };
    }
}
