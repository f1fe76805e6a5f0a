using CsvHelper;

namespace LlmSim.Validation.Measurements;

/// <summary>The cells of a CSV's row. Owns the position in the file.</summary>
internal sealed class CsvCells : MeasuredCells
{
    private const ulong HashStart = 14695981039346656037;
    private const ulong HashFactor = 1099511628211;

    private readonly CsvReader _reader;
    private readonly Dictionary<string, int> _columns = new(StringComparer.Ordinal);
    private readonly bool[] _isMeasured;
    private readonly int _width;

    /// <summary>Cells of the rows below the header.</summary>
    /// <param name="head">The header.</param>
    /// <param name="reader">The file, whose header was read.</param>
    /// <param name="measured">Columns that hold measured values.</param>
    public CsvCells(TableHead head, CsvReader reader, IEnumerable<string> measured)
        : base(head)
    {
        _reader = reader;
        _width = head.Columns.Length;
        for (int i = 0; i < _width; i++)
        {
            _columns.TryAdd(head.Columns[i], i);
        }

        _isMeasured = new bool[_width];
        foreach (string column in measured.Where(_columns.ContainsKey))
        {
            _isMeasured[_columns[column]] = true;
        }
    }

    /// <summary>FNV-1a (Fowler, Noll, Vo) over the cells that are not measured, 64 bits.</summary>
    internal override ulong WorkKey
    {
        get
        {
            ulong hash = HashStart;
            for (int i = 0; i < _width; i++)
            {
                if (!_isMeasured[i])
                {
                    foreach (byte letter in _reader.GetSpan(i))
                    {
                        hash = (hash ^ letter) * HashFactor;
                    }

                    hash = (hash ^ ',') * HashFactor;
                }
            }

            return hash;
        }
    }

    /// <inheritdoc/>
    public override string Text(string column) => _columns.TryGetValue(column, out int index) ? _reader.GetString(index) : string.Empty;

    /// <summary>Moves to the next row; false at the end.</summary>
    public bool Next()
    {
        if (!_reader.Read())
        {
            return false;
        }

        Begin((int)_reader.LineNumber);
        if (_reader.FieldCount != _width)
        {
            Skip(SkipReasons.BrokenLine, FormattableString.Invariant($"{_reader.FieldCount} cells; the header has {_width}"));
        }

        return true;
    }
}
