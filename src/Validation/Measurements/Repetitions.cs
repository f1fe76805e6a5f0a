using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace LlmSim.Validation.Measurements;

/// <summary>Collects the rows of a file and finds those that measure the same work with another result. Owns the rows until they are checked.</summary>
internal sealed class Repetitions
{
    private readonly List<MeasuredRow> _rows = [];
    private readonly List<(ulong Work, string Metric)> _keys = [];
    private readonly Dictionary<(ulong Work, string Metric), Spread> _spreads = [];

    /// <summary>Adds a row while the cells stand on it.</summary>
    public void Add(MeasuredRow row, MeasuredCells cells)
    {
        (ulong, string) key = (cells.WorkKey, row.Metric);
        _rows.Add(row);
        _keys.Add(key);
        if (row.Skipped is null && key.Item1 != 0)
        {
            ref Spread spread = ref CollectionsMarshal.GetValueRefOrAddDefault(_spreads, key, out bool isRepeated)!;
            spread = isRepeated
                ? spread with { Least = Math.Min(spread.Least, row.Measured), Most = Math.Max(spread.Most, row.Measured) }
                : new Spread(row.Line, row.Measured, row.Measured);
        }
    }

    /// <summary>The rows, with those skipped that contradict another one: nothing says which of them is right.</summary>
    public ImmutableArray<MeasuredRow> Checked(string path, List<RowProblem> problems)
    {
        var rows = ImmutableArray.CreateBuilder<MeasuredRow>(_rows.Count);
        for (int i = 0; i < _rows.Count; i++)
        {
            MeasuredRow row = _rows[i];
            if (row.Skipped is null && _spreads.TryGetValue(_keys[i], out Spread spread) && spread.Most > spread.Least * (1 + MeasurementSource.RepetitionSpread))
            {
                string message = FormattableString.Invariant(
                    $"{row.Metric} {row.Measured:G6}: rows that measure the same work, from line {spread.Line} on, say {spread.Least:G6} to {spread.Most:G6}");
                problems.Add(new(path, row.Line, message));
                row = row with { Skipped = SkipReasons.Contradiction, Work = null };
            }

            rows.Add(row);
        }

        return rows.MoveToImmutable();
    }

    /// <summary>What rows of the same work say.</summary>
    private readonly record struct Spread(int Line, double Least, double Most);
}
