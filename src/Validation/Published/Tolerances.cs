using System.Collections.Immutable;
using System.Text.Json.Serialization;
using LlmSim.Validation.Comparison;
using LlmSim.Validation.Measurements;

namespace LlmSim.Validation.Published;

/// <summary>How far predictions of published tables may lie off, from <c>tolerances.json</c>: table, metric, largest mean absolute error as a fraction.</summary>
public static class Tolerances
{
    private static readonly ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, double>> Limits =
        EmbeddedJson.Read("tolerances.json", TolerancesJson.Default.ImmutableSortedDictionaryStringImmutableSortedDictionaryStringDouble);

    /// <summary>Every recorded tolerance against what the rows give.</summary>
    /// <remarks>A table without a tolerance is outside, and so is a tolerance without rows: neither can pass unnoticed.</remarks>
    public static ImmutableArray<ToleranceResult> Check(ImmutableArray<ComparedRow> rows)
    {
        var results = ImmutableSortedDictionary.CreateBuilder<(string Table, string Metric), ToleranceResult>();
        foreach ((string table, ImmutableSortedDictionary<string, double> metrics) in Limits)
        {
            foreach ((string metric, double limit) in metrics)
            {
                results[(table, metric)] = new(table, metric, 0, null, limit);
            }
        }

        foreach (IGrouping<(string Table, string Metric), ComparedRow> group in rows.GroupBy(static row => (row.Row.Table, row.Row.Metric)))
        {
            ComparedRow[] counted = [.. group.Where(static row => row.Counts)];
            double? limit = results.TryGetValue(group.Key, out ToleranceResult? known) ? known.Limit : null;
            results[group.Key] = new(group.Key.Table, group.Key.Metric, counted.Length, ErrorMetrics.Of(counted)?.Mape, limit);
        }

        return [.. results.Values];
    }
}

/// <summary>A published table against its tolerance.</summary>
/// <param name="Table">The table.</param>
/// <param name="Metric">What was measured.</param>
/// <param name="Rows">Rows that count.</param>
/// <param name="Mape">Their mean absolute error as a fraction; null without rows.</param>
/// <param name="Limit">The largest that is tolerated; null where none is recorded.</param>
public sealed record ToleranceResult(string Table, string Metric, int Rows, double? Mape, double? Limit)
{
    /// <summary>Whether the error is tolerated.</summary>
    public bool IsWithin => Mape <= Limit;
}

/// <summary>Reads the tolerances without reflection.</summary>
[JsonSerializable(typeof(ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, double>>))]
internal sealed partial class TolerancesJson : JsonSerializerContext;
