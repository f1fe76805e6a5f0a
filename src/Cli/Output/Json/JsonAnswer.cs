using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace LlmSim.Cli.Output.Json;

/// <summary>Writes one JSON object with keys in the order of the calls: what is not a finite number becomes null.</summary>
internal sealed class JsonAnswer : IDisposable
{
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly Utf8JsonWriter _writer;

    /// <summary>Opens the object.</summary>
    public JsonAnswer()
    {
        _writer = new Utf8JsonWriter(_bytes, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        _writer.WriteStartObject();
    }

    /// <summary>A number; null where there is none.</summary>
    public JsonAnswer Number(string name, double? value)
    {
        if (value is double number && double.IsFinite(number))
        {
            _writer.WriteNumber(name, number);
        }
        else
        {
            _writer.WriteNull(name);
        }

        return this;
    }

    /// <summary>A count.</summary>
    public JsonAnswer Count(string name, long value)
    {
        _writer.WriteNumber(name, value);
        return this;
    }

    /// <summary>A text; null where there is none.</summary>
    public JsonAnswer Text(string name, string? value)
    {
        _writer.WriteString(name, value);
        return this;
    }

    /// <summary>Yes or no.</summary>
    public JsonAnswer Flag(string name, bool value)
    {
        _writer.WriteBoolean(name, value);
        return this;
    }

    /// <summary>Nothing.</summary>
    public JsonAnswer Null(string name)
    {
        _writer.WriteNull(name);
        return this;
    }

    /// <summary>An object within.</summary>
    public JsonAnswer Object(string name, Action<JsonAnswer> content)
    {
        _writer.WriteStartObject(name);
        content(this);
        _writer.WriteEndObject();
        return this;
    }

    /// <summary>A list of objects.</summary>
    public JsonAnswer List<T>(string name, IEnumerable<T> items, Action<JsonAnswer, T> content)
    {
        _writer.WriteStartArray(name);
        foreach (T item in items)
        {
            _writer.WriteStartObject();
            content(this, item);
            _writer.WriteEndObject();
        }

        _writer.WriteEndArray();
        return this;
    }

    /// <summary>A list of texts.</summary>
    public JsonAnswer Texts(string name, IEnumerable<string> items)
    {
        _writer.WriteStartArray(name);
        foreach (string item in items)
        {
            _writer.WriteStringValue(item);
        }

        _writer.WriteEndArray();
        return this;
    }

    /// <summary>A list of numbers.</summary>
    public JsonAnswer Numbers(string name, ReadOnlySpan<double> items)
    {
        _writer.WriteStartArray(name);
        foreach (double item in items)
        {
            _writer.WriteNumberValue(item);
        }

        _writer.WriteEndArray();
        return this;
    }

    /// <summary>Closes the object and writes it with a line break.</summary>
    public ExitCode Finish(TextWriter target, ExitCode code)
    {
        _writer.WriteEndObject();
        _writer.Flush();
        target.Write(Encoding.UTF8.GetString(_bytes.WrittenSpan));
        target.Write('\n');
        return code;
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();
}
