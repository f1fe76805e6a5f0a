using System.Text.Json;

namespace LlmSim.Validation.Measurements;

/// <summary>Walks the JSON objects of a file: one, several after another, or one a line.</summary>
internal static class JsonObjects
{
    /// <summary>Depth at which a result file is no longer taken for one.</summary>
    private static readonly JsonDocumentOptions Options = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 64 };

    /// <summary>The objects with the line on which each starts; null for what is no JSON, after which a file that is not by lines ends.</summary>
    public static IEnumerable<(int Line, JsonDocument? Document)> In(string path, TableFormat format) =>
        format == TableFormat.JsonLines ? ByLine(path) : OneAfterAnother(File.ReadAllBytes(path));

    private static IEnumerable<(int Line, JsonDocument? Document)> ByLine(string path)
    {
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line))
            {
                yield return (number, Parse(line));
            }
        }
    }

    private static IEnumerable<(int Line, JsonDocument? Document)> OneAfterAnother(byte[] content)
    {
        int start = content.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
        int line = 1;
        while (true)
        {
            while (start < content.Length && char.IsWhiteSpace((char)content[start]))
            {
                line += content[start++] == '\n' ? 1 : 0;
            }

            if (start == content.Length)
            {
                yield break;
            }

            (JsonDocument? document, int length) = Next(content.AsSpan(start));
            yield return (line, document);
            if (document is null)
            {
                yield break;
            }

            line += content.AsSpan(start, length).Count((byte)'\n');
            start += length;
        }
    }

    private static (JsonDocument? Document, int Length) Next(ReadOnlySpan<byte> content)
    {
        var reader = new Utf8JsonReader(content, new JsonReaderOptions
        {
            AllowMultipleValues = true,
            AllowTrailingCommas = Options.AllowTrailingCommas,
            CommentHandling = Options.CommentHandling,
            MaxDepth = Options.MaxDepth,
        });
        try
        {
            return (JsonDocument.ParseValue(ref reader), (int)reader.BytesConsumed);
        }
        catch (JsonException)
        {
            return (null, 0);
        }
    }

    private static JsonDocument? Parse(string line)
    {
        try
        {
            return JsonDocument.Parse(line, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
