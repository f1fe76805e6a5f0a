namespace LlmSim.Schedules.Traffic;

/// <summary>Where a trace's three columns are in a CSV line.</summary>
/// <remarks>
/// Cells of traces are plain numbers and times, never quoted, so a line is cut at its commas; a quote is reported as an illegal cell.
/// </remarks>
internal sealed class CsvColumns
{
    private static readonly string[] AzureNames = ["TIMESTAMP", "ContextTokens", "GeneratedTokens"];
    private static readonly string[] PlainNames = ["arrived_at", "num_prefill_tokens", "num_decode_tokens"];

    private readonly int[] _positions;
    private readonly int _width;

    private CsvColumns(TraceFormat format, string[] names, int[] positions, int width)
    {
        Format = format;
        Names = names;
        _positions = positions;
        _width = width;
    }

    internal TraceFormat Format { get; }

    /// <summary>Names of the columns for time, prompt and output.</summary>
    internal IReadOnlyList<string> Names { get; }

    internal static string Legal =>
        $"a header with the columns {string.Join(",", AzureNames)} or {string.Join(",", PlainNames)}, "
        + "or a JSON object a line with timestamp, input_length, output_length or with the latter names";

    /// <summary>Finds the columns in a header line, whatever their order and whatever else is there; null where it is neither format's.</summary>
    internal static CsvColumns? Find(string header, TraceProblems problems)
    {
        string[] cells = header.Split(',', StringSplitOptions.TrimEntries);
        int azure = AzureNames.Count(name => Array.IndexOf(cells, name) >= 0);
        int plain = PlainNames.Count(name => Array.IndexOf(cells, name) >= 0);
        if (azure == 0 && plain == 0)
        {
            problems.Add(1, $"no header in {TraceProblems.Quote(header)}", Legal);
            return null;
        }

        (TraceFormat format, string[] names) = azure >= plain ? (TraceFormat.Azure, AzureNames) : (TraceFormat.Csv, PlainNames);
        string[] missing = [.. names.Where(name => Array.IndexOf(cells, name) < 0)];
        if (missing.Length > 0)
        {
            problems.Add(1, $"no column {string.Join(", ", missing)} in {TraceProblems.Quote(header)}", Legal);
            return null;
        }

        return new CsvColumns(format, names, [.. names.Select(name => Array.IndexOf(cells, name))], cells.Length);
    }

    /// <summary>
    /// Cuts out the cells for time, prompt and output; false and a problem where the line has another number of cells than the header.
    /// </summary>
    internal bool TrySplit(ReadOnlySpan<char> line, long number, TraceProblems problems, Span<Range> cells)
    {
        int position = 0;
        foreach (Range cell in line.Split(','))
        {
            for (int i = 0; i < _positions.Length; i++)
            {
                if (_positions[i] == position)
                {
                    cells[i] = cell;
                }
            }

            position++;
        }

        if (position == _width)
        {
            return true;
        }

        problems.Add(
            number,
            FormattableString.Invariant($"{position} cells in {TraceProblems.Quote(line)}"),
            FormattableString.Invariant($"{_width} cells, as in the header"));
        return false;
    }
}
