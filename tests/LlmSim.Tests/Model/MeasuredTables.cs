using System.Globalization;

namespace LlmSim.Tests.Model;

/// <summary>Reads tables of measurements that lie beside the repository; tests that need one are skipped where it is absent.</summary>
internal static class MeasuredTables
{
    /// <summary>The rows of a table, each a dictionary from column to text.</summary>
    public static List<Dictionary<string, string>> Read(string path)
    {
        string[] lines = [.. File.ReadLines(GroundTruth.Path(path)).Where(static line => !line.StartsWith('#'))];
        string[] columns = Split(lines[0]);
        return [.. lines.Skip(1).Select(line => columns.Zip(Split(line)).ToDictionary(static pair => pair.First, static pair => pair.Second))];
    }

    /// <summary>The whole text of a file beside the tables.</summary>
    public static string ReadText(string path) => File.ReadAllText(GroundTruth.Path(path));

    /// <summary>A numeric cell.</summary>
    public static double Number(this Dictionary<string, string> row, string column) => double.Parse(row[column], CultureInfo.InvariantCulture);

    /// <summary>A whole-number cell.</summary>
    public static int Whole(this Dictionary<string, string> row, string column) => int.Parse(row[column], CultureInfo.InvariantCulture);

    /// <summary>Splits a line at commas outside quotes.</summary>
    private static string[] Split(string line)
    {
        var cells = new List<string>();
        var cell = new System.Text.StringBuilder();
        bool quoted = false;
        foreach (char c in line)
        {
            if (c == '"')
            {
                quoted = !quoted;
            }
            else if (c == ',' && !quoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else
            {
                cell.Append(c);
            }
        }

        cells.Add(cell.ToString());
        return [.. cells];
    }
}
