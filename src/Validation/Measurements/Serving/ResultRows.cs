using System.Collections.Immutable;
using System.Text.Json;
using LlmSim.Model.Units;
using LlmSim.Schedules.Serving;

namespace LlmSim.Validation.Measurements.Serving;

/// <summary>Turns one run of a benchmark's result file into rows: a metric each, all of the same simulated run.</summary>
internal static class ResultRows
{
    /// <summary>The rows; where something is missing or wrong, it is said to the row and all are skipped.</summary>
    /// <param name="input">The file, beside which the server may be described.</param>
    /// <param name="cells">The object that is being read.</param>
    /// <param name="id">Name of the run.</param>
    /// <param name="load">How the server was driven.</param>
    /// <param name="metrics">Each metric with its value in SI units.</param>
    /// <param name="described">Objects of the file that describe the server, of which earlier ones win.</param>
    public static ImmutableArray<MeasuredRow> Of(
        MeasurementInput input,
        MeasuredCells cells,
        string id,
        ResultLoad load,
        ImmutableArray<(string Metric, double Value)> metrics,
        params ReadOnlySpan<JsonElement> described)
    {
        using JsonDocument? own = input.Sibling(cells.Table + "." + ServerKeys.Sidecar);
        using JsonDocument? common = input.Sibling(ServerKeys.Sidecar);
        var keys = new ServerKeys(input.Head, cells.Line, [.. described, own?.RootElement ?? default, common?.RootElement ?? default]);
        if (load.Problem is string problem)
        {
            cells.Skip(SkipReasons.BadValue, problem);
        }

        if (metrics.IsEmpty)
        {
            cells.Skip(SkipReasons.BadMeasurement, "no latency or throughput in it");
        }

        foreach ((string metric, double value) in metrics.Where(static metric => !(double.IsFinite(metric.Value) && metric.Value > 0)))
        {
            cells.Skip(SkipReasons.BadMeasurement, FormattableString.Invariant($"{metric} {value}; legal is a finite number above zero"));
        }

        ServeJob? job = cells.IsSound ? keys.Read(cells, load.Server) : null;
        var turnaround = Seconds.Milliseconds(ServerPresets.Of(string.Empty, keys.Text("backend"), keys.Text("model")).TurnaroundMs);
        ServeWork? work = job is null ? null : new ServeWork(job, load.Traffic(turnaround));
        MeasuredRow row = cells.Row(string.Empty, double.NaN, work) with
        {
            Id = id,
            Gpu = keys.Text("gpu"),
            Format = keys.Text("precision"),
            Source = keys.Text("backend"),
            Group = keys.Text("model"),
            Assumed = work is null ? [] : load.Assumed,
        };
        return metrics.IsEmpty ? [row] : [.. metrics.Select(metric => row with { Metric = metric.Metric, Measured = metric.Value })];
    }
}
