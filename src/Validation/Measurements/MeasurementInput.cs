using System.Text.Json;

namespace LlmSim.Validation.Measurements;

/// <summary>An opened file of measurements whose head was read. Owns the position in it: its rows can be walked once.</summary>
/// <param name="head">By what it was recognised.</param>
/// <param name="cells">The cells, which are moved along.</param>
/// <param name="next">Moves them to the next row; false at the end.</param>
public sealed class MeasurementInput(TableHead head, MeasuredCells cells, Func<bool> next)
{
    /// <summary>By what the table was recognised.</summary>
    public TableHead Head { get; } = head;

    /// <summary>The rows in order of the file: lines of a CSV, objects of JSON lines, or the one object of a JSON file.</summary>
    /// <remarks>Every step returns the same object, moved on.</remarks>
    public IEnumerable<MeasuredCells> Rows()
    {
        while (next())
        {
            yield return cells;
        }
    }

    /// <summary>The JSON object of a file beside this one; null where there is none or it is no JSON.</summary>
    public JsonDocument? Sibling(string name)
    {
        string path = Path.Combine(Path.GetDirectoryName(Head.Path) ?? string.Empty, name);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return JsonDocument.Parse(File.ReadAllBytes(path));
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
