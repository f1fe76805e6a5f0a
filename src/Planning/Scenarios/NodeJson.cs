using System.Buffers;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace LlmSim.Planning.Scenarios;

/// <summary>Turns nodes into JSON, for readers of records that know JSON only.</summary>
public static partial class NodeJson
{
    /// <summary>The node as JSON: unquoted numbers, <c>true</c>, <c>false</c> and <c>null</c> as such, every other scalar as a string.</summary>
    public static JsonElement ToElement(ScenarioNode node)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, node);
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory, new JsonDocumentOptions { MaxDepth = ScenarioText.MaxDepth + 2 });
        return document.RootElement.Clone();
    }

    private static void Write(Utf8JsonWriter writer, ScenarioNode node)
    {
        switch (node)
        {
            case MappingNode mapping:
                writer.WriteStartObject();
                foreach (MappingEntry entry in mapping.Entries)
                {
                    writer.WritePropertyName(entry.Key.Value);
                    Write(writer, entry.Value);
                }

                writer.WriteEndObject();
                break;
            case SequenceNode sequence:
                writer.WriteStartArray();
                foreach (ScenarioNode item in sequence.Items)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case ScalarNode scalar:
                WriteScalar(writer, scalar);
                break;
            default:
                throw new ArgumentException($"no JSON for {node.GetType().Name}", nameof(node));
        }
    }

    private static void WriteScalar(Utf8JsonWriter writer, ScalarNode scalar)
    {
        if (scalar.IsNothing)
        {
            writer.WriteNullValue();
        }
        else if (scalar is { IsPlain: true, Value: "true" or "false" })
        {
            writer.WriteBooleanValue(scalar.Value == "true");
        }
        else if (scalar.IsPlain && JsonNumber().IsMatch(scalar.Value))
        {
            writer.WriteRawValue(scalar.Value);
        }
        else
        {
            writer.WriteStringValue(scalar.Value);
        }
    }

    /// <summary>A number as RFC 8259, section 6, writes it.</summary>
    [GeneratedRegex(@"\A-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex JsonNumber();
}
