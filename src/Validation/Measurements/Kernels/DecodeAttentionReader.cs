using System.Collections.Immutable;
using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;

namespace LlmSim.Validation.Measurements.Kernels;

/// <summary>Tables of attention of decoding sequences.</summary>
public sealed class DecodeAttentionReader : RowReader
{
    /// <inheritdoc/>
    public override string Name => "attention_decode";

    /// <inheritdoc/>
    public override string Title => "the attention kernel of one layer while every sequence decodes one token";

    /// <inheritdoc/>
    public override ImmutableArray<MeasuredColumn> Columns { get; } =
    [
        KernelColumns.Gpu,
        KernelColumns.Dtype,
        KernelColumns.CacheDtype,
        KernelColumns.Size("batch", "sequences", "decoding sequences"),
        KernelColumns.Size("context", "tokens", "tokens in the cache of each"),
        KernelColumns.Size("q_heads", "heads", "query heads on this device"),
        KernelColumns.Size("kv_heads", "heads", "key and value heads on this device"),
        KernelColumns.Size("head_dim", "elements", "width of a head"),
        KernelColumns.Option("window", "tokens", "attention window; blank or 0: the whole context"),
        KernelColumns.Time,
        KernelColumns.Stack,
    ];

    /// <inheritdoc/>
    protected override MeasuredRow Read(MeasuredCells cells)
    {
        Node? node = cells.Node("gpu");
        _ = cells.Formats("dtype");
        NumberFormat cache = cells.Formats("kv_dtype", "dtype").Weights;
        int batch = cells.Count("batch");
        int context = cells.Count("context");
        int window = cells.Count("window", 0, 0);
        AttentionHeads heads = AttentionHeads.Of(cells);
        double seconds = cells.Measured(KernelColumns.Seconds);
        double attended = (double)batch * (window > 0 ? Math.Min(context, window) : context);
        KernelWork? work = node is null
            ? null
            : new(node, new DecodeAttentionShape(batch, attended, heads.Queries, heads.KeyValues, heads.Size, cache, Window: context > window ? window : 0));
        return cells.Row(KernelColumns.Seconds, seconds, work) with { Group = heads.Group, Variant = AttentionHeads.Variant(cache, window) };
    }
}
