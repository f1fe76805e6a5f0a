using System.Collections.Immutable;
using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;

namespace LlmSim.Validation.Measurements.Kernels;

/// <summary>Tables of causal attention of prompts.</summary>
public sealed class PrefillAttentionReader : RowReader
{
    /// <inheritdoc/>
    public override string Name => "attention_prefill";

    /// <inheritdoc/>
    public override string Title => "the causal attention kernel of one layer over prompts of equal length";

    /// <inheritdoc/>
    public override ImmutableArray<MeasuredColumn> Columns { get; } =
    [
        KernelColumns.Gpu,
        KernelColumns.Dtype,
        KernelColumns.CacheDtype,
        KernelColumns.Size("batch", "sequences", "prompts"),
        KernelColumns.Size("seq", "tokens", "new tokens of each"),
        KernelColumns.Option("past", "tokens", "tokens of each that are in the cache already; blank: 0"),
        KernelColumns.Size("q_heads", "heads", "query heads on this device"),
        KernelColumns.Size("kv_heads", "heads", "key and value heads on this device"),
        KernelColumns.Size("head_dim", "elements", "width of a head"),
        KernelColumns.Option("window", "tokens", "attention window; blank or 0: the whole context"),
        KernelColumns.Time,
        MeasuredRate.Column,
        KernelColumns.Stack,
    ];

    /// <inheritdoc/>
    public override bool Reads(TableHead head) => MeasuredRate.Reads(head, Format, Columns);

    /// <inheritdoc/>
    protected override MeasuredRow Read(MeasuredCells cells)
    {
        Node? node = cells.Node("gpu");
        _ = cells.Formats("dtype");
        NumberFormat cache = cells.Formats("kv_dtype", "dtype").Weights;
        int batch = cells.Count("batch");
        int tokens = cells.Count("seq");
        int past = cells.Count("past", 0, 0);
        int window = cells.Count("window", 0, 0);
        AttentionHeads heads = AttentionHeads.Of(cells);
        double scores = batch * BatchShape.CausalScores(tokens, past, window);

        // Two products of 2·d operations a score; papers count half of the square for a causal mask (FlashAttention-2, arXiv 2307.08691, section 4.1).
        double square = batch * (double)tokens * tokens / 2;
        double seconds = MeasuredRate.Seconds(cells, 4 * (past + window == 0 ? square : scores) * heads.Queries * heads.Size);

        // Papers time the kernel alone; tables of seconds are of engines, whose prompts are written to a cache.
        bool engine = cells.Head.Has(KernelColumns.Seconds);
        KernelWork? work = node is null ? null : new(node, new PrefillAttentionShape(
            batch, (double)batch * tokens, scores, (double)batch * past, heads.Queries, heads.KeyValues, heads.Size, window, cache, WritesCache: engine));
        return cells.Row(KernelColumns.Seconds, seconds, work) with { Group = heads.Group, Variant = AttentionHeads.Variant(cache, window) };
    }
}
