using System.Collections.Immutable;
using System.Globalization;
using LlmSim.Validation.Comparison;
using LlmSim.Validation.Measurements;
using LlmSim.Validation.Published;

namespace LlmSim.Cli.Output.Pages;

/// <summary>The accuracy on measurements for people.</summary>
internal static class AccuracyPage
{
    private static readonly string[] Figures = [">rows", ">skip", ">mean", ">median", ">p90", ">bias", ">band"];

    /// <summary>Writes the errors by group, then what was left out and why.</summary>
    public static Page Accuracy(
        this Page page, AccuracyReport report, ImmutableArray<MeasurementFile> files, ImmutableArray<ToleranceResult> tolerances)
    {
        page.Title("Predictions against measurements", Words.Invariant($"{Words.Count(report.Total.Rows)} rows of {Words.Count(files.Length)} files"));
        page.Line("mean, median and p90: absolute error; bias: median of predicted/measured − 1; band: share inside the stated 90 % error band");
        Groups(page, report);
        page.Reasons("Skipped", report.SkippedReasons).Reasons("Known faulty, not in the errors", report.FaultyReasons);
        if (report.Assumed > 0)
        {
            page.Remark(Words.Invariant($"{report.Assumed} rows lack a column that their source did not publish; it was assumed by a stated rule"));
        }

        return page.WorstRows(report.Worst).Against(tolerances);
    }

    /// <summary>One table for each value of the first key; keys that never differ are said once.</summary>
    private static void Groups(Page page, AccuracyReport report)
    {
        ImmutableArray<GroupKey> telling = [.. report.Keys.Where(key => report.Groups.Select(group => group.Values[key.Name]).Distinct().Count() > 1)];
        foreach (GroupKey constant in report.Keys.Except(telling).Where(_ => !report.Groups.IsEmpty))
        {
            page.Facts((constant.Name, report.Groups[0].Values[constant.Name], string.Empty));
        }

        GroupKey? first = telling.FirstOrDefault();
        ImmutableArray<GroupKey> rest = [.. telling.Skip(1)];
        if (rest.IsEmpty)
        {
            string[] title = first is null ? ["group"] : [first.Name];
            page.Heading("By " + (first?.Name ?? "nothing"))
                .Table([.. title, .. Figures], Rows(report.Groups, group => [first is null ? "all" : group.Values[first.Name]]).Append(Total(report, 1)));
            return;
        }

        foreach (IGrouping<string, AccuracyGroup> part in report.Groups.GroupBy(group => group.Values[first!.Name]))
        {
            page.Heading(part.Key.Length > 0 ? part.Key : $"no {first!.Name}")
                .Table([.. rest.Select(static key => key.Name), .. Figures], Rows(part, group => [.. rest.Select(key => group.Values[key.Name])]));
        }

        page.Heading("All").Table(["", .. Figures], Total(report, 1));
    }

    private static IEnumerable<IReadOnlyList<string>> Rows(IEnumerable<AccuracyGroup> groups, Func<AccuracyGroup, IReadOnlyList<string>> names) =>
        groups.Select(group => (IReadOnlyList<string>)[.. names(group), .. Cells(group)]);

    private static IReadOnlyList<string> Total(AccuracyReport report, int names) =>
        ["all", .. Enumerable.Repeat(string.Empty, names - 1), .. Cells(report.Total)];

    private static string[] Cells(AccuracyGroup group) =>
    [
        Words.Count(group.Rows),
        group.Skipped == 0 ? "-" : Words.Count(group.Skipped),
        Share(group.Errors?.Mape),
        Share(group.Errors?.MedianApe),
        Share(group.Errors?.P90Ape),
        group.Errors is null ? "-" : (group.Errors.Bias < 0 ? string.Empty : "+") + Words.Percent(group.Errors.Bias),
        Share(group.Errors?.BandCoverage),
    ];

    private static string Share(double? share) => share is double value ? Words.Percent(value) : "-";

    private static Page Reasons(this Page page, string heading, ImmutableSortedDictionary<string, int> reasons) =>
        reasons.IsEmpty ? page : page.Heading(heading).Table([">rows", "reason"], reasons.Select(static pair => (IReadOnlyList<string>)[Words.Count(pair.Value), pair.Key]));

    private static Page WorstRows(this Page page, ImmutableArray<ComparedRow> worst) => worst.IsEmpty ? page : page
        .Heading("Worst rows")
        .Table(
            ["table", ">line", "gpu", "dtype", "metric", ">measured", ">predicted", ">error"],
            worst.Select(static row => (IReadOnlyList<string>)
            [
                row.Row.Table,
                Words.Count(row.Row.Line),
                row.Row.Gpu,
                row.Row.Format,
                row.Row.Metric,
                row.Row.Measured.ToString("G4", CultureInfo.InvariantCulture),
                row.Prediction.Value.ToString("G4", CultureInfo.InvariantCulture),
                Words.Percent(row.AbsoluteError),
            ]));

    private static Page Against(this Page page, ImmutableArray<ToleranceResult> tolerances) => tolerances.IsEmpty ? page : page
        .Heading("Against recorded tolerances")
        .Table(
            ["table", "metric", ">rows", ">mean error", ">tolerance", "verdict"],
            tolerances.Select(static result => (IReadOnlyList<string>)
            [
                result.Table, result.Metric, Words.Count(result.Rows), Share(result.Mape), Share(result.Limit), result.IsWithin ? "within" : "OUTSIDE",
            ]));
}
