using System.Collections.Immutable;

namespace LlmSim.Validation.Measurements;

/// <summary>Why no reader knows a table: its columns are nobody's, one is missing, or one is there in another unit.</summary>
/// <param name="Reason">The words under which its rows are counted.</param>
/// <param name="Message">What was found and what is legal.</param>
internal sealed record HeadDiagnosis(string Reason, string Message)
{
    /// <summary>Share of a kind's required columns from which a table counts as a faulty one of that kind.</summary>
    private const double NearShare = 0.6;

    private const int ColumnsShown = 8;

    private const string Time = "s";
    private const string Size = "bytes";

    private static readonly ImmutableArray<(string Unit, string Dimension)> OtherUnits =
    [
        ("ms", Time), ("msec", Time), ("millis", Time), ("milliseconds", Time), ("us", Time), ("usec", Time), ("µs", Time), ("μs", Time), ("micros", Time),
        ("microseconds", Time), ("ns", Time), ("nanoseconds", Time), ("min", Time), ("minutes", Time), ("hours", Time),
        ("kb", Size), ("mb", Size), ("gb", Size), ("kib", Size), ("mib", Size), ("gib", Size), ("bits", Size),
    ];

    /// <summary>The diagnosis of a table that nobody reads.</summary>
    public static HeadDiagnosis Of(TableHead head)
    {
        IMeasurementReader? nearest = MeasurementReaders.All.Where(reader => reader.Format == head.Format).MaxBy(reader => Share(reader, head));
        if (nearest is null || Share(nearest, head) < NearShare)
        {
            return new(SkipReasons.UnknownTable, Unknown(head));
        }

        string[] missing = [.. nearest.Columns.Where(column => column.Required && !head.Has(column.Name)).Select(static column => column.Name)];
        foreach (MeasuredColumn column in nearest.Columns.Where(column => missing.Contains(column.Name)))
        {
            if (head.Columns.FirstOrDefault(found => IsInOtherUnit(found, column)) is string found)
            {
                return new(SkipReasons.WrongUnit, $"column '{found}' has the wrong unit; a table of kind {nearest.Name} has '{column.Name}' in {column.Unit}");
            }
        }

        return new(SkipReasons.MissingColumn, $"no column {string.Join(", ", missing)}, which a table of kind {nearest.Name} needs");
    }

    private static string Unknown(TableHead head)
    {
        string[] kinds = [.. MeasurementReaders.All.Where(reader => reader.Format == head.Format).Select(static reader => reader.Name)];
        string known = kinds.Length == 0 ? string.Empty : "; known kinds are " + string.Join(", ", kinds);
        string columns = string.Join(",", head.Columns.Take(ColumnsShown)) + (head.Columns.Length > ColumnsShown ? ",…" : string.Empty);
        return head.Columns.IsEmpty || columns.Length == 0 ? "empty, or no table" + known : $"unknown table: no kind has the columns {columns}{known}";
    }

    private static double Share(IMeasurementReader reader, TableHead head)
    {
        int required = reader.Columns.Count(static column => column.Required);
        return required == 0 ? 0 : (double)reader.Columns.Count(column => column.Required && head.Has(column.Name)) / required;
    }

    /// <summary>Whether a header such as <c>ttft_ms</c> or <c>time (ms)</c> is the column, such as <c>ttft_seconds</c>, in a unit that it must not have.</summary>
    private static bool IsInOtherUnit(string found, MeasuredColumn column)
    {
        string[] words = Words(found);
        return words.Length > 0
            && OtherUnits.Any(unit => unit.Dimension == column.Unit && unit.Unit == words[^1])
            && Words(column.Name).SkipLast(1).All(word => words.Contains(word));
    }

    private static string[] Words(string name) =>
        name.ToLowerInvariant().Split(['_', ' ', '(', ')', '[', ']', '-', '.'], StringSplitOptions.RemoveEmptyEntries);
}
