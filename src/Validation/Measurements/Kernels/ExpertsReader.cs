using System.Collections.Immutable;
using LlmSim.Model.Architecture;
using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;

namespace LlmSim.Validation.Measurements.Kernels;

/// <summary>Tables of the routed experts of mixture-of-experts layers.</summary>
public sealed class ExpertsReader : RowReader
{
    /// <inheritdoc/>
    public override string Name => "moe";

    /// <inheritdoc/>
    public override string Title =>
        "the routed experts of one layer on one device: routing, permutation, both grouped products, weighted sum; without router, shared expert and exchanges";

    /// <inheritdoc/>
    public override ImmutableArray<MeasuredColumn> Columns { get; } =
    [
        KernelColumns.Gpu,
        KernelColumns.Dtype,
        KernelColumns.Size("tokens", "tokens", "tokens that enter the layer over all expert-parallel ranks"),
        KernelColumns.Size("hidden", "elements", "width of the residual stream"),
        KernelColumns.Size("expert_intermediate", "elements", "inner width of one expert before it is split"),
        KernelColumns.Size("top_k", "experts", "experts that each token visits"),
        KernelColumns.Size("experts", "experts", "routed experts of the layer"),
        KernelColumns.Option("moe_tp", "devices", "devices over which each expert is split; blank: 1"),
        KernelColumns.Option("moe_ep", "devices", "ranks that share the experts, of which the busiest is timed; blank: 1"),
        KernelColumns.Option("distribution", string.Empty, "how tokens choose experts: balanced, uniform or power_law_a; blank: uniform"),
        KernelColumns.Time,
        KernelColumns.Stack,
        KernelColumns.Option("kernel", string.Empty, "implementation of the grouped products"),
    ];

    /// <inheritdoc/>
    protected override MeasuredRow Read(MeasuredCells cells)
    {
        Node? node = cells.Node("gpu");
        OperandFormats formats = cells.Formats("dtype");
        int tokens = cells.Count("tokens");
        int hidden = cells.Count("hidden");
        int width = cells.Count("expert_intermediate");
        int topK = cells.Count("top_k");
        int experts = cells.Count("experts");
        int tensorShards = cells.Count("moe_tp", 1);
        int expertShards = cells.Count("moe_ep", 1);
        double seconds = cells.Measured(KernelColumns.Seconds);
        if (cells.IsSound && (topK > experts || experts % expertShards != 0))
        {
            cells.Skip(
                SkipReasons.BadValue,
                FormattableString.Invariant($"top_k {topK} of experts {experts} over moe_ep {expertShards}; top_k is at most experts, moe_ep divides them"));
        }

        MoeFeedForward spec = ExpertShapes.Spec(hidden, width, topK, experts, cells.Text("stack"));
        string distribution = cells.Text("distribution");
        ExpertRouting? routing = ExpertRoutings.Find(distribution, cells.Text("stack"), spec);
        if (cells.IsSound && routing is null)
        {
            cells.Skip(SkipReasons.BadValue, $"distribution '{distribution}'; legal: {ExpertRoutings.Legal}");
        }

        KernelWork? work = node is null
            ? null
            : new(node, new ExpertsShape(
                spec, hidden, tokens, tensorShards, expertShards, formats.Activations, formats.Weights,
                Routing: routing ?? default,
                Kernel: ExpertRoutings.Kernel(cells.Text("kernel"), formats.Weights == NumberFormat.Fp8Block),
                WarmCache: true,
                TunedTiles: TunedExperts.Contains(cells.Text("stack"), node.Accelerator.Name, experts / expertShards, width / tensorShards)));
        return cells.Row(KernelColumns.Seconds, seconds, work) with
        {
            Group = FormattableString.Invariant($"hidden={hidden},intermediate={width},top_k={topK},experts={experts}"),
            Variant = cells.Text("kernel"),
        };
    }
}
