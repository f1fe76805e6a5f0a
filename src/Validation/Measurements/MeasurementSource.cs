using System.Collections.Immutable;
using System.Text.Json;
using CsvHelper;

namespace LlmSim.Validation.Measurements;

/// <summary>Finds files of measurements and reads them, each once.</summary>
public static class MeasurementSource
{
    /// <summary>Repetitions of a measurement agree within a few percent; beyond this spread two rows of the same work contradict each other.</summary>
    public const double RepetitionSpread = 0.05;

    private static readonly CsvReaderOptions Csv = new()
    {
        Separator = ',',
        CommentPrefix = '#',
        AllowLineBreaksInQuotes = false,
        TrimWhitespace = true,
        TrackLineNumbers = true,
        PoolStrings = true,
    };

    /// <summary>The files that folders and files lead to: those ending in .csv, .json and .jsonl, in ordinal order below each folder.</summary>
    /// <param name="paths">Folders, which are searched recursively, and files.</param>
    /// <param name="problems">Paths that lead to nothing.</param>
    public static ImmutableArray<string> Find(IEnumerable<string> paths, out ImmutableArray<RowProblem> problems)
    {
        var files = ImmutableArray.CreateBuilder<string>();
        var found = ImmutableArray.CreateBuilder<RowProblem>();
        foreach (string path in paths)
        {
            if (Directory.Exists(path))
            {
                string[] below = [.. Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(static file => FormatOf(file) is not null)];
                Array.Sort(below, StringComparer.Ordinal);
                files.AddRange(below);
                if (below.Length == 0)
                {
                    found.Add(new(path, 0, "no .csv, .json or .jsonl file below this folder"));
                }
            }
            else if (!File.Exists(path))
            {
                found.Add(new(path, 0, "no such file or folder"));
            }
            else if (FormatOf(path) is null)
            {
                found.Add(new(path, 0, "measurements are read from .csv, .json and .jsonl files"));
            }
            else
            {
                files.Add(path);
            }
        }

        problems = found.ToImmutable();
        return [.. files.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Reads a file by whichever reader knows its columns. Rows of a table that nobody knows are all skipped.</summary>
    /// <exception cref="IOException">The file cannot be read at all.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static MeasurementFile Read(string path) => FormatOf(path) is TableFormat format && format != TableFormat.Csv ? ReadJson(path, format) : ReadCsv(path);

    /// <summary>Reads a CSV from a stream, such as an embedded one.</summary>
    /// <param name="path">Its name, for messages and as the table's name.</param>
    /// <param name="content">The content.</param>
    public static MeasurementFile Read(string path, Stream content)
    {
        using CsvReader reader = CsvReader.Create(content, Csv, true);
        return Read(path, reader);
    }

    private static MeasurementFile ReadCsv(string path)
    {
        using CsvReader reader = CsvReader.FromFile(path, Csv);
        return Read(path, reader);
    }

    private static MeasurementFile Read(string path, CsvReader reader)
    {
        reader.ReadHeader();
        var head = new TableHead(path, TableFormat.Csv, [.. reader.Headers.Select(static column => column.Trim())]);
        IMeasurementReader? kind = MeasurementReaders.Find(head);
        IEnumerable<string> measured = kind?.Columns.Where(static column => column.Measured).Select(static column => column.Name) ?? [];
        var cells = new CsvCells(head, reader, measured);
        return Read(kind, cells, new MeasurementInput(head, cells, cells.Next));
    }

    private static MeasurementFile ReadJson(string path, TableFormat format)
    {
        TableHead head = new(path, format, []);
        foreach ((_, JsonDocument? first) in JsonObjects.In(path, format))
        {
            if (first?.RootElement.ValueKind == JsonValueKind.Object)
            {
                head = head with { Columns = [.. first.RootElement.EnumerateObject().Select(static member => member.Name)] };
            }

            first?.Dispose();
            break;
        }

        using var cells = new JsonCells(head, JsonObjects.In(path, format).GetEnumerator());
        return Read(MeasurementReaders.Find(head), cells, new MeasurementInput(head, cells, cells.Next));
    }

    private static MeasurementFile Read(IMeasurementReader? kind, MeasuredCells cells, MeasurementInput input)
    {
        if (kind is null)
        {
            HeadDiagnosis diagnosis = HeadDiagnosis.Of(input.Head);
            ImmutableArray<MeasuredRow> unread = [.. input.Rows().Select(row => row.Row(string.Empty, double.NaN, null) with { Skipped = diagnosis.Reason })];
            return new(input.Head.Path, null, unread, [new(input.Head.Path, 1, diagnosis.Message)]);
        }

        var repetitions = new Repetitions();
        KnownFaults? faults = KnownFaults.Of(kind.Name);
        foreach (MeasuredRow row in kind.Read(input))
        {
            repetitions.Add(faults?.Find(cells) is string fault ? row with { Faulty = fault } : row, cells);
        }

        ImmutableArray<MeasuredRow> rows = repetitions.Checked(input.Head.Path, cells.Problems);
        return new(input.Head.Path, kind.Name, rows, [.. cells.Problems.OrderBy(static problem => problem.Line)]);
    }

    private static TableFormat? FormatOf(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".CSV" => TableFormat.Csv,
        ".JSON" => TableFormat.Json,
        ".JSONL" => TableFormat.JsonLines,
        _ => null,
    };
}
