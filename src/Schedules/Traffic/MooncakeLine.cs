using System.Collections.Immutable;
using System.Text.Json;

namespace LlmSim.Schedules.Traffic;

/// <summary>Reads one line of a trace of JSON objects: Mooncake's (Qin et al. 2025, arXiv 2407.00079), or one with the names of plain CSV traces.</summary>
internal static class MooncakeLine
{
    /// <summary>Tokens of a hashed block, as the trace's documentation says.</summary>
    internal const int BlockTokens = 512;

    private const double Millisecond = 1e-3;
    private const string Legal = "an object such as {\"timestamp\": 0, \"input_length\": 6758, \"output_length\": 500, \"hash_ids\": [0, 1]}";

    private static readonly string[] Names = ["timestamp", "input_length", "output_length"];
    private static readonly string[] PlainNames = ["arrived_at", "num_prefill_tokens", "num_decode_tokens"];

    /// <summary>Whether a first line has the names of plain CSV traces.</summary>
    internal static bool IsPlain(string line) => line.Contains($"\"{PlainNames[0]}\"", StringComparison.Ordinal);

    internal static bool TryRead(string line, long number, bool isPlain, TraceProblems problems, out TraceRow row)
    {
        row = default;
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(line);
        }
        catch (JsonException)
        {
            problems.Add(number, TraceProblems.Quote(line), Legal);
            return false;
        }

        using (document)
        {
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                problems.Add(number, TraceProblems.Quote(line), Legal);
                return false;
            }

            // All three are read, so that all of a line's problems are told at once.
            string[] names = isPlain ? PlainNames : Names;
            bool time = TraceCells.TryTime(Text(root, names[0]), isPlain ? 1 : Millisecond, names[0], number, problems, out long nanoseconds);
            bool prompt = TraceCells.TryTokens(Text(root, names[1]), names[1], number, problems, out int promptTokens);
            bool output = TraceCells.TryTokens(Text(root, names[2]), names[2], number, problems, out int outputTokens);
            bool hashes = TryHashes(root, number, problems, out ImmutableArray<long> blocks);
            row = new TraceRow(nanoseconds, promptTokens, outputTokens, blocks);
            return time && prompt && output && hashes;
        }
    }

    private static string Text(JsonElement root, string name) => root.TryGetProperty(name, out JsonElement value) ? value.GetRawText() : string.Empty;

    private static bool TryHashes(JsonElement root, long number, TraceProblems problems, out ImmutableArray<long> blocks)
    {
        blocks = [];
        if (!root.TryGetProperty("hash_ids", out JsonElement ids))
        {
            return true;
        }

        ImmutableArray<long>.Builder found = ImmutableArray.CreateBuilder<long>();
        if (ids.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement id in ids.EnumerateArray())
            {
                if (id.ValueKind != JsonValueKind.Number || !id.TryGetInt64(out long hash))
                {
                    break;
                }

                found.Add(hash);
            }
        }

        if (ids.ValueKind == JsonValueKind.Array && found.Count == ids.GetArrayLength())
        {
            blocks = found.DrainToImmutable();
            return true;
        }

        problems.Add(number, $"hash_ids {TraceProblems.Quote(ids.GetRawText())}", "a list of whole numbers");
        return false;
    }
}
