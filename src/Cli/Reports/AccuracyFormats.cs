using System.Globalization;
using System.Text;
using LlmSim.Validation.Measurements;

namespace LlmSim.Cli.Reports;

/// <summary>The part of the document on accuracy that tells users how to bring their own tables.</summary>
internal static class AccuracyFormats
{
    /// <summary>Every kind of table with its columns.</summary>
    public static void Write(StringBuilder text)
    {
        text.Append("## Bring your own measurements\n\n")
            .Append("`llmsim validate --measurements DIR|FILE…` reads CSV with a header (lines that start with `#` are comments), JSON and JSON lines. A file is known by\n")
            .Append("its columns, whatever its name; further columns are ignored. GPUs and models go by their catalog keys or aliases. Bad rows are told by file and line\n")
            .Append("and left out.\n\n");
        foreach (IMeasurementReader reader in MeasurementReaders.All)
        {
            text.Append(CultureInfo.InvariantCulture, $"### {reader.Name} ({reader.Format})\n\n{Sentence(reader.Title)}\n\n");
            if (reader.Columns.IsEmpty)
            {
                continue;
            }

            text.Append("| column | unit | required | meaning |\n|---|---|---|---|\n");
            foreach (MeasuredColumn column in reader.Columns)
            {
                text.Append(CultureInfo.InvariantCulture, $"| `{column.Name}` | {column.Unit} | {(column.Required ? "yes" : "no")} | {column.Meaning} |\n");
            }

            text.Append('\n');
        }
    }

    private static string Sentence(string title) => char.ToUpperInvariant(title[0]) + title[1..].TrimEnd('.') + ".";
}
