using System.Collections.Immutable;

namespace LlmSim.Schedules.Traffic;

/// <summary>Reads a trace row by row, whatever its format. Owns the position in the text; keeps no row.</summary>
internal sealed class TraceRows(TextReader text, TraceProblems problems)
{
    private CsvColumns? _columns;
    private string? _pending;
    private bool _broken;
    private long _last = long.MinValue;

    /// <summary>Line of the row read last, from one.</summary>
    internal long Line { get; private set; }

    /// <summary>The format; null before the first row and where the first line is of no known format.</summary>
    internal TraceFormat? Format { get; private set; }

    /// <summary>Reads the next row that is right; rows that are wrong are skipped and reported. False at the end.</summary>
    internal bool TryRead(out TraceRow row)
    {
        row = default;
        if (Format is null && !_broken)
        {
            _broken = !ReadFirstLine();
        }

        while (!_broken && NextLine() is string line)
        {
            if (line.Length > 0 && TryParse(line, out row) && IsInOrder(row.Nanoseconds))
            {
                return true;
            }
        }

        return false;
    }

    private bool ReadFirstLine()
    {
        string? first = NextLine();
        if (first is null)
        {
            if (problems.Count == 0)
            {
                problems.Add(0, "an empty file", CsvColumns.Legal);
            }

            return false;
        }

        first = first.TrimStart('\uFEFF');
        if (first.TrimStart().StartsWith('{'))
        {
            (Format, _pending) = (MooncakeLine.IsPlain(first) ? TraceFormat.JsonLines : TraceFormat.Mooncake, first);
            Line = 0;
            return true;
        }

        _columns = CsvColumns.Find(first, problems);
        Format = _columns?.Format;
        return _columns is not null;
    }

    private string? NextLine()
    {
        Line++;
        if (_pending is string pending)
        {
            _pending = null;
            return pending;
        }

        try
        {
            return text.ReadLine();
        }
        catch (InvalidDataException broken)
        {
            problems.Add(Line, $"damaged compressed data ({broken.Message})", "a whole gzip file");
            return null;
        }
    }

    private bool TryParse(string line, out TraceRow row)
    {
        if (_columns is null)
        {
            return MooncakeLine.TryRead(line, Line, Format == TraceFormat.JsonLines, problems, out row);
        }

        row = default;
        Span<Range> cells = stackalloc Range[3];
        if (!_columns.TrySplit(line, Line, problems, cells))
        {
            return false;
        }

        // All three are read, so that all of a line's problems are told at once.
        bool time = _columns.Format == TraceFormat.Azure
            ? TraceCells.TryDate(Cell(cells[0]), _columns.Names[0], Line, problems, out long nanoseconds)
            : TraceCells.TryTime(Cell(cells[0]), 1, _columns.Names[0], Line, problems, out nanoseconds);
        bool prompt = TraceCells.TryTokens(Cell(cells[1]), _columns.Names[1], Line, problems, out int promptTokens);
        bool output = TraceCells.TryTokens(Cell(cells[2]), _columns.Names[2], Line, problems, out int outputTokens);
        problems.Column = 1;
        row = new TraceRow(nanoseconds, promptTokens, outputTokens, []);
        return time && prompt && output;

        ReadOnlySpan<char> Cell(Range cell)
        {
            problems.Column = cell.Start.GetOffset(line.Length) + 1;
            return line.AsSpan()[cell];
        }
    }

    private bool IsInOrder(long nanoseconds)
    {
        if (nanoseconds < _last)
        {
            problems.Add(
                Line,
                FormattableString.Invariant($"a time {(_last - nanoseconds) * 1e-9:0.#########} s before the row above"),
                "rows in order of time");
            return false;
        }

        _last = nanoseconds;
        return true;
    }
}
