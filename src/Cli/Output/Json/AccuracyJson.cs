using System.Collections.Immutable;
using LlmSim.Validation.Comparison;
using LlmSim.Validation.Published;

namespace LlmSim.Cli.Output.Json;

/// <summary>The accuracy on measurements for programs; errors are fractions.</summary>
internal static class AccuracyJson
{
    /// <summary>Writes groups and totals, and the tolerances where there are any.</summary>
    public static JsonAnswer Accuracy(this JsonAnswer json, AccuracyReport report, ImmutableArray<ToleranceResult> tolerances)
    {
        json.List("groups", report.Groups, (o, group) => o.Group(group, report.Keys))
            .Count("rows_total", report.Total.Rows)
            .Object("total", o => o.Group(report.Total, []))
            .Object("skipped_reasons", o => o.Counts(report.SkippedReasons))
            .Object("faulty_reasons", o => o.Counts(report.FaultyReasons))
            .Count("assumed", report.Assumed);
        if (!report.Worst.IsEmpty)
        {
            json.List("worst", report.Worst, static (o, row) => o
                .Text("table", row.Row.Table)
                .Count("row", row.Row.Line)
                .Text("id", row.Row.Id)
                .Text("gpu", row.Row.Gpu)
                .Text("metric", row.Row.Metric)
                .Number("measured", row.Row.Measured)
                .Number("predicted", row.Prediction.Value)
                .Number("ape", row.AbsoluteError));
        }

        return tolerances.IsEmpty ? json : json.List("tolerances", tolerances, static (o, result) => o
            .Text("table", result.Table)
            .Text("metric", result.Metric)
            .Count("rows", result.Rows)
            .Number("mape", result.Mape)
            .Number("tolerance", result.Limit)
            .Flag("within", result.IsWithin));
    }

    private static void Group(this JsonAnswer json, AccuracyGroup group, ImmutableArray<GroupKey> keys)
    {
        foreach (GroupKey key in keys)
        {
            json.Text(key.Name, group.Values[key.Name]);
        }

        json.Count("rows", group.Rows)
            .Count("skipped", group.Skipped)
            .Number("mape", group.Errors?.Mape)
            .Number("median_ape", group.Errors?.MedianApe)
            .Number("p90_ape", group.Errors?.P90Ape)
            .Number("bias", group.Errors?.Bias)
            .Number("band_coverage", group.Errors?.BandCoverage)
            .Count("faulty", group.Faulty);
    }

    private static void Counts(this JsonAnswer json, ImmutableSortedDictionary<string, int> counts)
    {
        foreach ((string reason, int count) in counts)
        {
            json.Count(reason, count);
        }
    }
}
