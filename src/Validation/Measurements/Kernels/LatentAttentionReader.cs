using System.Collections.Frozen;
using System.Collections.Immutable;
using LlmSim.Model.Architecture;
using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;

namespace LlmSim.Validation.Measurements.Kernels;

/// <summary>Tables of whole latent-attention modules.</summary>
public sealed class LatentAttentionReader : RowReader
{
    private const string Decode = "decode";
    private const string Prefill = "prefill";

    /// <summary>Kernels that attend in the compressed space, whatever the phase.</summary>
    private static readonly FrozenSet<string> Absorbed =
        new[] { "FLASH_ATTN_MLA", "FLASHMLA", "FLASHINFER_MLA", "CUTLASS_MLA", "TRITON_MLA", "FLASHMLA_SPARSE" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override string Name => "mla";

    /// <inheritdoc/>
    public override string Title => "a whole multi-head-latent-attention module: projections, norms, rotary, cache write, attention, output projection";

    /// <inheritdoc/>
    public override ImmutableArray<MeasuredColumn> Columns { get; } =
    [
        KernelColumns.Gpu,
        KernelColumns.Size("phase", string.Empty, "prefill or decode"),
        KernelColumns.Size("model", string.Empty, "model whose ranks and head sizes the module has, by catalog key or alias"),
        KernelColumns.Dtype,
        KernelColumns.CacheDtype,
        KernelColumns.Option("gemm_dtype", string.Empty, "number format of the projections; blank: that of dtype"),
        KernelColumns.Size("heads", "heads", "query heads on this device"),
        KernelColumns.Option("tp", "devices", "tensor parallel degree, for information: heads are per device already"),
        KernelColumns.Size("batch", "sequences", "sequences"),
        KernelColumns.Size("seq", "tokens", "new tokens of each"),
        KernelColumns.Size("past", "tokens", "tokens of each in the cache"),
        KernelColumns.Time,
        KernelColumns.Stack,
        KernelColumns.Option("kernel", string.Empty, "attention kernel, which says whether the compressed space is used; blank: for decode only"),
    ];

    /// <inheritdoc/>
    protected override MeasuredRow Read(MeasuredCells cells)
    {
        Node? node = cells.Node("gpu");
        LatentAttentionSpec? spec = Spec(cells, out int hidden);
        string phase = cells.Text("phase");
        if (phase is not (Decode or Prefill))
        {
            cells.Skip(SkipReasons.BadValue, $"phase '{phase}'; legal are {Decode}, {Prefill}");
        }

        NumberFormat queries = cells.Formats("dtype").Activations;
        NumberFormat cache = cells.Formats("kv_dtype", "dtype").Weights;
        NumberFormat weights = cells.Formats("gemm_dtype", "dtype").Weights;
        int heads = cells.Count("heads");
        int batch = cells.Count("batch");
        int tokens = cells.Count("seq");
        int past = cells.Count("past", null, 0);
        double seconds = cells.Measured(KernelColumns.Seconds);
        string kernel = cells.Text("kernel");
        bool absorbed = kernel.Length > 0 ? Absorbed.Contains(kernel) : phase == Decode;
        double newTokens = (double)batch * tokens;

        // In the compressed space every new token reads what precedes it; the mean over the tokens of a prompt is past + (seq + 1)/2.
        double context = absorbed ? batch * (past + ((tokens + 1) / 2d)) : batch * BatchShape.CausalScores(tokens, past, 0);
        double cached = absorbed ? 0 : (double)batch * past;
        KernelWork? work = node is null || spec is null
            ? null
            : new(node, new LatentAttentionShape(spec, hidden, heads, batch, newTokens, context, cached, absorbed ? LatentForm.Absorbed : LatentForm.Expanded, cache, weights, queries));
        return cells.Row(KernelColumns.Seconds, seconds, work) with
        {
            Group = FormattableString.Invariant($"heads={heads}"),
            Variant = $"{phase}, cache {cache.Name()}, projections {weights.Name()}",
        };
    }

    private static LatentAttentionSpec? Spec(MeasuredCells cells, out int hidden)
    {
        TransformerArchitecture? model = cells.Model("model");
        LatentAttentionSpec? spec = model?.Layers.Select(static layer => layer.Mixer).OfType<LatentAttentionSpec>().FirstOrDefault();
        hidden = model?.HiddenSize ?? 0;
        if (model is not null && spec is null)
        {
            cells.Skip(SkipReasons.BadValue, $"model '{cells.Text("model")}' has no latent attention");
        }

        return spec;
    }
}
