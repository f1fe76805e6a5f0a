using System.Collections.Immutable;
using System.Globalization;
using CsvHelper;

namespace LlmSim.Validation.Comparison;

/// <summary>Compared rows as a CSV, in the order of the files.</summary>
public static class ComparisonTable
{
    private static readonly string[] Header = ["table", "row", "id", "gpu", "metric", "measured", "predicted", "low", "high", "skipped"];

    /// <summary>Writes the table whole or not at all: to a temporary file beside it, which then takes its name.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Write(string path, ImmutableArray<ComparedRow> rows)
    {
        string temporary = path + ".part";
        try
        {
            using (var text = new StreamWriter(temporary))
            {
                Write(text, rows);
            }

            File.Move(temporary, path, true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Writes the table; a row that is known to be faulty has a prediction and says so under <c>skipped</c>.</summary>
    public static void Write(TextWriter text, ImmutableArray<ComparedRow> rows)
    {
        using CsvWriter csv = CsvWriter.Create(text, new CsvWriterOptions { NewLine = "\n" }, true);
        csv.WriteRecord(Header);
        foreach (ComparedRow row in rows)
        {
            csv.WriteField(row.Row.Table);
            csv.WriteField(row.Row.Line.ToString(CultureInfo.InvariantCulture));
            csv.WriteField(row.Row.Id);
            csv.WriteField(row.Row.Gpu);
            csv.WriteField(row.Row.Metric);
            csv.WriteField(Number(row.Row.Measured));
            csv.WriteField(Number(row.Prediction.Value));
            csv.WriteField(Number(row.Prediction.Low));
            csv.WriteField(Number(row.Prediction.High));
            csv.WriteField(row.Skipped ?? (row.Row.Faulty is null ? string.Empty : "known faulty: " + row.Row.Faulty));
            csv.EndRecord();
        }
    }

    private static string Number(double value) => double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : string.Empty;
}
