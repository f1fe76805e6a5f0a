using System.Collections.Immutable;
using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;

namespace LlmSim.Validation.Measurements.Kernels;

/// <summary>Tables of matrix products.</summary>
public sealed class GemmReader : RowReader
{
    /// <inheritdoc/>
    public override string Name => "gemm";

    /// <inheritdoc/>
    public override string Title => "one product of an m x k activation with a k x n weight, quantisation of the activation included";

    /// <inheritdoc/>
    public override ImmutableArray<MeasuredColumn> Columns { get; } =
    [
        KernelColumns.Gpu,
        KernelColumns.Dtype,
        KernelColumns.Size("m", "tokens", "rows of the result"),
        KernelColumns.Size("n", "elements", "columns of the result"),
        KernelColumns.Size("k", "elements", "inner size"),
        KernelColumns.Time,
        MeasuredRate.Column,
        KernelColumns.Option(
            "scales",
            string.Empty,
            "static: the scales of quantised activations were known, so that no kernel had to find them; else dynamic"),
        KernelColumns.Stack,
    ];

    /// <inheritdoc/>
    public override bool Reads(TableHead head) => MeasuredRate.Reads(head, Format, Columns);

    /// <inheritdoc/>
    protected override MeasuredRow Read(MeasuredCells cells)
    {
        Node? node = cells.Node("gpu");
        OperandFormats formats = cells.Formats("dtype");
        int m = cells.Count("m");
        int n = cells.Count("n");
        int k = cells.Count("k");
        double seconds = MeasuredRate.Seconds(cells, 2d * m * n * k);
        bool areScalesKnown = string.Equals(cells.Text("scales"), "static", StringComparison.OrdinalIgnoreCase);
        KernelWork? work = node is null ? null : new(node, new GemmShape(m, n, k, 1, formats.Activations, formats.Weights, areScalesKnown));
        return cells.Row(KernelColumns.Seconds, seconds, work) with { Group = FormattableString.Invariant($"n={n},k={k}") };
    }
}
