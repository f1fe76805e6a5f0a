using System.Collections.Immutable;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Traffic;
using LlmSim.Validation.Measurements.Kernels;

namespace LlmSim.Validation.Measurements.Serving;

/// <summary>Tables of the most output that a server gives when all requests are sent at once.</summary>
public sealed class MaxThroughputReader : RowReader
{
    private const string Rate = "total_output_tokens_per_second";

    private static readonly OfflinePreset Offline = ServerPresets.Known.Offline;

    /// <inheritdoc/>
    public override string Name => "max_throughput";

    /// <inheritdoc/>
    public override string Title => "the output of a server to which all requests are sent at once";

    /// <inheritdoc/>
    public override ImmutableArray<MeasuredColumn> Columns { get; } =
    [
        KernelColumns.Gpu,
        KernelColumns.Size("model", string.Empty, "model by catalog key, repository or alias"),
        KernelColumns.Option("quant", string.Empty, "number format of the weights, such as FP8; blank: as the model is published"),
        KernelColumns.Option("gpus", "devices", "devices of the server; for information"),
        KernelColumns.Size("isl", "tokens", "tokens of a prompt"),
        KernelColumns.Size("osl", "tokens", "tokens of an output"),
        KernelColumns.Option(
            "requests",
            "requests",
            "requests in all; blank: as TensorRT-LLM's documentation has for these lengths, else 3000 (assumed)"),
        .. ServerColumns.Columns,
        new(Rate, "tokens/s", true, "output tokens a second from the first request to the last completion", true),
        KernelColumns.Stack,
    ];

    /// <inheritdoc/>
    protected override MeasuredRow Read(MeasuredCells cells)
    {
        double measured = cells.Measured(Rate);
        int prompt = cells.Count("isl");
        int output = cells.Count("osl");
        OfflineCount? known = Offline.Requests.FirstOrDefault(count => count.Isl == prompt && count.Osl == output);
        int requests = cells.Count("requests", known?.Requests ?? Offline.Otherwise);
        var load = new ServerLoad(requests, requests, prompt, output);
        ServeWork? work = cells.IsSound ? Work(cells, load) : null;
        bool isAssumed = known is null && cells.Text("requests").Length == 0;
        return cells.Row(ServeMetrics.OutputRate, measured, work) with
        {
            Group = cells.Text("model"),
            Assumed = isAssumed ? [FormattableString.Invariant($"requests = {requests}")] : [],
        };
    }

    private static ServeWork? Work(MeasuredCells cells, ServerLoad load)
    {
        ServerPreset server = ServerPresets.Of(string.Empty, "trtllm", cells.Text("model")) with
        {
            TokenBudget = Offline.TokenBudget,
            BatchCap = Offline.BatchCap,
            MemoryShare = Offline.MemoryShare,
            AsynchronousHost = Offline.AsynchronousHost,
        };
        ServeJob? job = ServerColumns.Read(cells, "quant", server, load);
        var shapes = new RequestShapes { Prompt = LengthDistribution.Fixed(load.Prompt), Output = LengthDistribution.Fixed(load.Output), Seed = 0 };
        job = job is null ? null : job with { Settings = job.Settings with { Path = RequestPath.None } };
        return job is null ? null : new ServeWork(job, new ClientTraffic(load.Clients, shapes, load.Clients));
    }
}
