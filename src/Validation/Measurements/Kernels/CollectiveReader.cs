using System.Collections.Frozen;
using System.Collections.Immutable;
using LlmSim.Model.Collectives;
using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;

namespace LlmSim.Validation.Measurements.Kernels;

/// <summary>Tables of exchanges between the devices of one node.</summary>
public sealed class CollectiveReader : RowReader
{
    private static readonly FrozenDictionary<string, CollectiveKind> Kinds = new Dictionary<string, CollectiveKind>(StringComparer.OrdinalIgnoreCase)
    {
        ["all-reduce"] = CollectiveKind.AllReduce,
        ["allreduce"] = CollectiveKind.AllReduce,
        ["all-gather"] = CollectiveKind.AllGather,
        ["allgather"] = CollectiveKind.AllGather,
        ["reduce-scatter"] = CollectiveKind.ReduceScatter,
        ["reducescatter"] = CollectiveKind.ReduceScatter,
        ["all-to-all"] = CollectiveKind.AllToAll,
        ["alltoall"] = CollectiveKind.AllToAll,
        ["broadcast"] = CollectiveKind.Broadcast,
        ["sendrecv"] = CollectiveKind.SendReceive,
        ["send-recv"] = CollectiveKind.SendReceive,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly string LegalKinds = string.Join(", ", Kinds.Keys.Order(StringComparer.Ordinal));

    /// <inheritdoc/>
    public override string Name => "collectives";

    /// <inheritdoc/>
    public override string Title => "one exchange between devices of one node";

    /// <inheritdoc/>
    public override ImmutableArray<MeasuredColumn> Columns { get; } =
    [
        KernelColumns.Gpu,
        KernelColumns.Size("op", string.Empty, "all-reduce, all-gather, reduce-scatter, alltoall, broadcast or sendrecv"),
        KernelColumns.Option("dtype", string.Empty, "number format of the elements; blank: bf16. Switches do not add integers"),
        KernelColumns.Size("ranks", "devices", "devices that take part"),
        KernelColumns.Size("bytes", "bytes", "the tensor M as the NCCL tests count it, for each rank"),
        KernelColumns.Time,
        KernelColumns.Option(
            "stack",
            string.Empty,
            "software: with 'custom' an engine's own all-reduce, with 'eager' launched without a captured graph, else NCCL"),
    ];

    /// <inheritdoc/>
    protected override MeasuredRow Read(MeasuredCells cells)
    {
        Node? node = cells.Node("gpu");
        string op = cells.Text("op");
        if (!Kinds.TryGetValue(op.Replace('_', '-'), out CollectiveKind kind))
        {
            cells.Skip(SkipReasons.BadValue, $"op '{op}'; legal are {LegalKinds}");
        }

        int ranks = cells.Count("ranks", null, 2);
        double bytes = cells.Number("bytes", null, 1);
        double seconds = cells.Measured(KernelColumns.Seconds);
        string stack = cells.Text("stack");
        NumberFormat format = NumberFormats.TryParse(cells.Text("dtype"), out NumberFormat known) ? known : NumberFormat.Bf16;
        bool isCustom = stack.Contains("custom", StringComparison.OrdinalIgnoreCase);
        KernelWork? work = node is null ? null : new(
            node,
            new CommunicationShape(kind, GroupKind.Tensor, ranks, new Bytes(bytes), Overlapped: false, format),
            isCustom ? CollectiveBackend.Direct : CollectiveBackend.Library,
            stack.Contains("eager", StringComparison.OrdinalIgnoreCase));
        return cells.Row(KernelColumns.Seconds, seconds, work) with { Group = FormattableString.Invariant($"{op},ranks={ranks}"), Variant = op };
    }
}
