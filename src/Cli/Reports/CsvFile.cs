using System.Globalization;
using LlmSim.Model.Units;

namespace LlmSim.Cli.Reports;

/// <summary>A table of comma-separated values as RFC 4180 has it, with a header and points as decimal marks. Owns the open file.</summary>
internal sealed class CsvFile : IDisposable
{
    private readonly StreamWriter _text;

    /// <summary>A new file with a header.</summary>
    public CsvFile(string path, params ReadOnlySpan<string> columns)
    {
        _text = new StreamWriter(path) { NewLine = "\n" };
        Row(columns);
    }

    /// <summary>A time in seconds to the nanosecond; nothing where it never came.</summary>
    public static string Cell(Instant time) => time == Instant.Never
        ? string.Empty
        : string.Create(CultureInfo.InvariantCulture, $"{time.Nanoseconds / 1_000_000_000}.{time.Nanoseconds % 1_000_000_000:000000000}");

    /// <summary>A number.</summary>
    public static string Cell(double number) => number.ToString("0.#########", CultureInfo.InvariantCulture);

    /// <summary>A whole number.</summary>
    public static string Cell(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Writes a row.</summary>
    public void Row(params ReadOnlySpan<string> cells)
    {
        for (int i = 0; i < cells.Length; i++)
        {
            _text.Write(i == 0 ? string.Empty : ",");
            _text.Write(cells[i].AsSpan().ContainsAny(",\"\r\n") ? $"\"{cells[i].Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cells[i]);
        }

        _text.WriteLine();
    }

    /// <inheritdoc/>
    public void Dispose() => _text.Dispose();
}
