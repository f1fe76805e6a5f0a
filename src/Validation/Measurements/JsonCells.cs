using System.Text.Json;

namespace LlmSim.Validation.Measurements;

/// <summary>The members of a JSON object as the cells of a row. Owns the object that it stands on.</summary>
internal sealed class JsonCells(TableHead head, IEnumerator<(int Line, JsonDocument? Document)> objects) : MeasuredCells(head), IDisposable
{
    private JsonDocument? _current;

    /// <inheritdoc/>
    public override JsonElement Json => _current is null ? default : _current.RootElement;

    /// <inheritdoc/>
    public override string Text(string column)
    {
        if (_current is null || _current.RootElement.ValueKind != JsonValueKind.Object || !_current.RootElement.TryGetProperty(column, out JsonElement value))
        {
            return string.Empty;
        }

        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString() ?? string.Empty,
            JsonValueKind.Null => string.Empty,
            _ => value.GetRawText(),
        };
    }

    /// <summary>Moves to the next object; false at the end.</summary>
    public bool Next()
    {
        _current?.Dispose();
        _current = null;
        if (!objects.MoveNext())
        {
            return false;
        }

        Begin(objects.Current.Line);
        _current = objects.Current.Document;
        if (_current is null)
        {
            Skip(SkipReasons.BrokenLine, "no JSON object");
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _current?.Dispose();
        objects.Dispose();
    }
}
