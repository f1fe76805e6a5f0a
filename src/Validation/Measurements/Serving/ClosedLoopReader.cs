using System.Collections.Immutable;
using LlmSim.Model.Units;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Traffic;
using LlmSim.Validation.Measurements.Kernels;

namespace LlmSim.Validation.Measurements.Serving;

/// <summary>Tables of whole servers under a fixed number of clients.</summary>
public sealed class ClosedLoopReader : IMeasurementReader
{
    /// <summary>Any seed will do: five seeds differ by 1.6 % in mean time to first token with 4 clients, by 0.5 % with 128.</summary>
    private const long Seed = 1;

    private static readonly ImmutableArray<string> Metrics = [ServeMetrics.Ttft, ServeMetrics.Tpot];

    /// <inheritdoc/>
    public string Name => "closed_loop";

    /// <inheritdoc/>
    public string Title => "a whole server under a closed loop of clients: mean time to first token and mean time per output token";

    /// <inheritdoc/>
    public TableFormat Format => TableFormat.Csv;

    /// <inheritdoc/>
    public ImmutableArray<MeasuredColumn> Columns { get; } =
    [
        KernelColumns.Gpu,
        KernelColumns.Size("model", string.Empty, "model by catalog key, repository or alias"),
        KernelColumns.Option("backend", string.Empty, "vllm, sglang or trtllm; blank: vllm"),
        KernelColumns.Option("precision", string.Empty, "number format of the weights, such as bf16, fp8 or fp4; blank: as the model is published"),
        KernelColumns.Option("mode", string.Empty, "agg for one kind of worker, disagg for prompts and decodes apart; blank: agg"),
        KernelColumns.Size("isl", "tokens", "nominal tokens of a prompt"),
        KernelColumns.Size("osl", "tokens", "nominal tokens of an output"),
        KernelColumns.Size("concurrency", "clients", "clients, over all replicas; blank: batch_size, and the load counts as unclear"),
        KernelColumns.Option("batch_size", "requests", "requests of one replica where that is less than concurrency"),
        .. ServerColumns.Columns,
        KernelColumns.Option(
            "benchmark",
            string.Empty,
            "harness, which tells the protocol: inferencex or gap-analysis; else fixed lengths and ten requests a client"),
        KernelColumns.Option("requests_per_client", "requests", "requests in all, divided by the clients"),
        KernelColumns.Option("length_share", string.Empty, "lengths are uniform from this share of the nominal ones up to them; 1: fixed"),
        KernelColumns.Option("turnaround_ms", "ms", "time from the end of a request to its client's next; blank: 12 (assumed)"),
        new(ServeMetrics.Ttft, "s", true, "mean time from sending a request to its first token", true),
        new(ServeMetrics.Tpot, "s", true, "mean over requests of the time per output token after the first", true),
    ];

    /// <inheritdoc/>
    public IEnumerable<MeasuredRow> Read(MeasurementInput input)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (MeasuredCells cells in input.Rows())
        {
            double[] measured = [.. Metrics.Select(cells.Measured)];
            ServeWork? work = Work(cells);
            SkipRepeats(cells, seen);
            ImmutableArray<string> assumed = Assumed(cells);
            for (int i = 0; i < measured.Length; i++)
            {
                yield return cells.Row(Metrics[i], measured[i], work) with
                {
                    Format = cells.Text("precision"),
                    Variant = cells.Text("backend"),
                    Group = cells.Text("model"),
                    Assumed = assumed,
                };
            }
        }
    }

    private static ServeWork? Work(MeasuredCells cells)
    {
        if (cells.Text("mode").Equals("disagg", StringComparison.OrdinalIgnoreCase))
        {
            cells.Pass(SkipReasons.Disaggregated);
            return null;
        }

        int prompt = cells.Count("isl");
        int output = cells.Count("osl");
        int clients = Clients(cells);
        ServerPreset preset = Preset(cells);
        int rounds = cells.Count("requests_per_client", preset.RequestsPerClient);
        double share = cells.Number("length_share", preset.LengthShare);
        double turnaround = cells.Number("turnaround_ms", preset.TurnaroundMs);
        var load = new ServerLoad((long)clients * rounds, clients, prompt, output);
        if (cells.IsSound && share is <= 0 or > 1)
        {
            cells.Skip(SkipReasons.BadValue, FormattableString.Invariant($"length_share {share}; legal is above 0 and at most 1"));
        }

        if (!cells.IsSound)
        {
            return null;
        }

        var shapes = new RequestShapes { Prompt = Lengths(prompt, share), Output = Lengths(output, share), Seed = Seed };
        ServeJob? job = ServerColumns.Read(cells, "precision", preset, load);
        return job is null ? null : new ServeWork(job, new ClientTraffic(clients + (preset.ExtraClients ?? 0), shapes, load.Requests, Seconds.Milliseconds(turnaround)));
    }

    private static ServerPreset Preset(MeasuredCells cells) => ServerPresets.Of(cells.Text("benchmark"), cells.Text("backend"), cells.Text("model"));

    /// <summary>Clients of one replica: where a batch is smaller than the clients, there are several replicas.</summary>
    private static int Clients(MeasuredCells cells)
    {
        bool hasClients = cells.Text("concurrency").Length > 0;
        bool hasBatch = cells.Text("batch_size").Length > 0;
        int batch = hasBatch ? cells.Count("batch_size") : int.MaxValue;
        return hasClients || !hasBatch ? Math.Min(cells.Count("concurrency"), batch) : batch;
    }

    private static LengthDistribution Lengths(int nominal, double share) =>
        share >= 1 ? LengthDistribution.Fixed(nominal) : LengthDistribution.Uniform(Math.Max(1, (int)Math.Ceiling(share * nominal)), nominal);

    /// <summary>Public tables hold one run up to three times under different column conventions: equal times of one model are one run.</summary>
    private static void SkipRepeats(MeasuredCells cells, Dictionary<string, int> seen)
    {
        string[] run = ["gpu", "model", "precision", "isl", "osl", "concurrency", ServeMetrics.Ttft, ServeMetrics.Tpot];
        string key = string.Join('\0', run.Select(cells.Text));
        if (cells.IsSound && !seen.TryAdd(key, cells.Line))
        {
            cells.Pass(SkipReasons.Repeated);
        }
    }

    private static ImmutableArray<string> Assumed(MeasuredCells cells)
    {
        ServerPreset preset = Preset(cells);
        return preset.IsKnown || !cells.IsSound ? [] : [$"protocol: {preset.Reason}"];
    }
}
