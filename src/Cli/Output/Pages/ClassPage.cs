using LlmSim.Cli.Output;
using LlmSim.Model.Units;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Serving.Results;

namespace LlmSim.Cli.Output.Pages;

/// <summary>What each class of traffic was promised and got, for people.</summary>
internal static class ClassPage
{
    /// <summary>Writes a table of classes where there are several, or where something was promised.</summary>
    public static Page Classes(this Page page, ServeResult result)
    {
        bool isPlain = result.Classes.Length < 2 && result.Classes.All(static one => !one.Class.Level.IsPromise);
        return isPlain ? page : page
            .Heading("Promises")
            .Table(
                ["class", "promised", ">kept", ">goodput", ">TTFT p50", ">p99", ">TPOT p50", ">p99", ">E2E p99"],
                result.Classes.Select(one => Row(one, result.Makespan)))
            .Remark("kept: share of the requests that ended which completed within every promise; goodput: those requests per second");
    }

    /// <summary>Why the verdict on the load is what it is.</summary>
    public static string Reason(Saturation saturation) => saturation.State switch
    {
        LoadState.Stable => "requests wait less than they are served, and do not pile up",
        LoadState.Backlogged => "requests wait longer than they are served, yet do not pile up steadily",
        _ when saturation.LostShare > saturation.Growth => $"{Words.Percent(saturation.LostShare)} of the requests found a full queue or gave up",
        _ => $"{Words.Percent(saturation.Growth)} of the requests that arrive pile up",
    };

    private static IReadOnlyList<string> Row(ClassResult one, Seconds makespan) =>
    [
        one.Class.Name, Promise(one.Class.Level), Words.Percent(one.Attainment), Words.Invariant($"{one.Goodput(makespan):0.###}/s"),
        Text(one.Ttft?.P50), Text(one.Ttft?.P99), Text(one.Tpot?.P50), Text(one.Tpot?.P99), Text(one.EndToEnd?.P99),
    ];

    private static string Promise(ServiceLevel level)
    {
        string[] parts =
        [
            .. level.Ttft is { } ttft ? new[] { $"TTFT {ttft}" } : [],
            .. level.Tpot is { } tpot ? new[] { $"TPOT {tpot}" } : [],
            .. level.EndToEnd is { } endToEnd ? new[] { $"E2E {endToEnd}" } : [],
        ];
        return parts.Length == 0 ? "nothing" : string.Join(", ", parts);
    }

    private static string Text(Seconds? time) => time?.ToString() ?? "–";
}
