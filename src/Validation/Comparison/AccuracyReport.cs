using System.Collections.Immutable;

namespace LlmSim.Validation.Comparison;

/// <summary>How accurate the simulator is on some measurements.</summary>
public sealed record AccuracyReport
{
    /// <summary>The properties by which rows are grouped.</summary>
    public required ImmutableArray<GroupKey> Keys { get; init; }

    /// <summary>The groups in ordinal order of their values.</summary>
    public required ImmutableArray<AccuracyGroup> Groups { get; init; }

    /// <summary>All rows as one group.</summary>
    public required AccuracyGroup Total { get; init; }

    /// <summary>How many numbers were skipped, by the reason.</summary>
    public required ImmutableSortedDictionary<string, int> SkippedReasons { get; init; }

    /// <summary>How many numbers are known to be faulty, by the reason.</summary>
    public required ImmutableSortedDictionary<string, int> FaultyReasons { get; init; }

    /// <summary>Numbers for which a column that the source left blank was assumed.</summary>
    public required int Assumed { get; init; }

    /// <summary>The rows with the largest errors, worst first.</summary>
    public required ImmutableArray<ComparedRow> Worst { get; init; }

    /// <summary>Summarises compared rows.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="keys">The properties by which they are grouped.</param>
    /// <param name="worst">How many of the worst rows to keep.</param>
    public static AccuracyReport Of(ImmutableArray<ComparedRow> rows, ImmutableArray<GroupKey> keys, int worst) => new()
    {
        Keys = keys,
        Groups =
        [
            .. rows.GroupBy(row => string.Join('\0', keys.Select(key => key.Of(row.Row))), StringComparer.Ordinal)
                .OrderBy(static group => group.Key, StringComparer.Ordinal)
                .Select(group => Group([.. group], keys)),
        ],
        Total = Group(rows, []),
        SkippedReasons = Count(rows, static row => row.Skipped),
        FaultyReasons = Count(rows, static row => row.Skipped is null ? row.Row.Faulty : null),
        Assumed = rows.Count(static row => !row.Row.Assumed.IsEmpty),
        Worst =
        [
            .. rows.Where(static row => row.Counts)
                .OrderByDescending(static row => row.AbsoluteError)
                .ThenBy(static row => row.Row.Table, StringComparer.Ordinal)
                .ThenBy(static row => row.Row.Line)
                .Take(worst),
        ],
    };

    private static AccuracyGroup Group(IReadOnlyList<ComparedRow> rows, ImmutableArray<GroupKey> keys) => new(
        keys.ToImmutableSortedDictionary(static key => key.Name, key => key.Of(rows[0].Row), StringComparer.Ordinal),
        rows.Count,
        rows.Count(static row => row.Skipped is not null),
        rows.Count(static row => row.Skipped is null && row.Row.Faulty is not null),
        ErrorMetrics.Of([.. rows.Where(static row => row.Counts)]));

    private static ImmutableSortedDictionary<string, int> Count(ImmutableArray<ComparedRow> rows, Func<ComparedRow, string?> reason) =>
        rows.Select(reason).OfType<string>().CountBy(static text => text).ToImmutableSortedDictionary(StringComparer.Ordinal);
}
