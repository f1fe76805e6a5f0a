using LlmSim.Model.Units;
using LlmSim.Planning.Load;
using LlmSim.Schedules.Serving;

namespace LlmSim.Cli.Output.Pages;

/// <summary>A load test for people.</summary>
internal static class LoadPage
{
    /// <summary>Writes the test.</summary>
    public static Page Load(this Page page, ServeJob job, LoadCurve curve, string unit) => page
        .Asked(job)
        .Heading("Answer")
        .Facts(Headline(job, curve, unit))
        .Heading("Load against throughput and latency")
        .Table(
            [">" + unit, ">done/s", ">TTFT p50", ">p99", ">TPOT p99", ">E2E p50", HasPromises(job) ? ">kept" : ">batch", "state"],
            curve.Points.Select(point => Row(point, curve, HasPromises(job))))
        .Remark("done/s: completed requests a second"
            + (HasPromises(job) ? "; kept: share that completed within every promise" : "; batch: sequences in the mean iteration"));

    private static IEnumerable<(string Name, string Value, string Meaning)> Headline(ServeJob job, LoadCurve curve, string unit)
    {
        yield return ("capacity", $"{Number(curve.Capacity)} requests/s", "completed at most at any of these loads");
        yield return curve.Saturation is { } most
            ? ("saturation", $"{Number(most.Load)} {unit}",
                curve.Overload is { } over ? $"still keeps up; {Number(over.Load)} does not" : "the largest load of the test still keeps up")
            : ("saturation", $"below {Number(curve.Points[0].Load)} {unit}", "the smallest load of the test already overloads the system");
        if (curve.Knee is { } knee)
        {
            string compromise = $"{Number(knee.Result.RequestsPerSecond)} requests/s in {knee.Result.EndToEnd?.Mean} each";
            yield return ("knee", $"{Number(knee.Load)} {unit}", "largest throughput over latency: " + compromise);
        }

        if (HasPromises(job))
        {
            yield return curve.Kept is { } kept
                ? ("promises", $"{Number(kept.Load)} {unit}", $"the largest load at which {Words.Percent(LoadCurve.KeptShare)} of the requests keep them")
                : ("promises", "not kept", $"at no load do {Words.Percent(LoadCurve.KeptShare)} of the requests keep them");
        }
    }

    private static bool HasPromises(ServeJob job) => job.Settings.Classes.Any(static one => one.Level.IsPromise);

    private static IReadOnlyList<string> Row(LoadPoint point, LoadCurve curve, bool hasPromises)
    {
        ServeResult result = point.Result;
        string mark = point == curve.Knee ? ", knee" : point == curve.Saturation && curve.Overload is not null ? ", limit" : string.Empty;
        return
        [
            Number(point.Load), Number(result.RequestsPerSecond), Text(result.Ttft?.P50), Text(result.Ttft?.P99), Text(result.Tpot?.P99), Text(result.EndToEnd?.P50),
            hasPromises ? Words.Percent(point.Attainment) : Words.OneDecimal(result.MeanBatchSize),
            (result.Saturation is { } load ? Words.Spelt(load.State) : "–") + mark,
        ];
    }

    private static string Number(double number) => Words.Invariant($"{number:0.###}");

    private static string Text(Seconds? time) => time?.ToString() ?? "–";
}
