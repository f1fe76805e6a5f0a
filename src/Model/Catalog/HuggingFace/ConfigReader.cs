using System.Collections.Immutable;
using System.Text.Json;

namespace LlmSim.Model.Catalog.HuggingFace;

/// <summary>Reads keys of a <c>config.json</c>: null is absent, unknown keys are legal, and every problem is collected with its path.</summary>
/// <remarks>Nothing throws: a key that cannot be read is reported and comes back as one, so that arithmetic on it stays defined.</remarks>
internal sealed class ConfigReader
{
    /// <summary>No published width or vocabulary comes near; it keeps products of two of them within 64 bits.</summary>
    public const int WidestWidth = 10_000_000;

    /// <summary>Largest number of heads, of layers or width of a head; products of two stay within 32 bits.</summary>
    public const int MostHeads = 10_000;

    private readonly JsonElement _json;
    private readonly string _path;
    private readonly List<RecordProblem> _problems;
    private readonly ConfigReader? _outer;

    public ConfigReader(JsonElement json, string path, List<RecordProblem> problems, ConfigReader? outer = null)
    {
        (_json, _path, _problems, _outer) = (json, path, problems, outer);
        if (json.ValueKind != JsonValueKind.Object)
        {
            Report(string.Empty, $"expected an object of keys and values, found {FieldText.Describe(json)}");
        }
    }

    /// <summary>Whether the key is written and not null.</summary>
    public bool Has(string key) => TryGet(key, out _);

    /// <summary>Adds a problem; an empty key means this object.</summary>
    public void Report(string key, string message) => _problems.Add(new RecordProblem(PathOf(key), message));

    /// <summary>A whole number that must be written, under the first of several spellings that occurs.</summary>
    public int Count(string key, int maximum = WidestWidth, params ReadOnlySpan<string> spellings)
    {
        foreach (string spelling in (ReadOnlySpan<string>)[key, .. spellings])
        {
            if (Has(spelling))
            {
                return OptionalCount(spelling, 1, maximum) ?? 1;
            }
        }

        string others = spellings.IsEmpty ? string.Empty : " (or " + string.Join(", ", spellings.ToArray()) + ")";
        string? near = _json.ValueKind == JsonValueKind.Object ? NearestName.Find(key, _json.EnumerateObject().Select(static field => field.Name)) : null;
        Report(key, $"missing: expected a whole number from 1 to {maximum}{others}" + (near is null || near == key ? string.Empty : $"; is '{near}' meant?"));
        return 1;
    }

    /// <summary>A whole number, or null where the key is absent.</summary>
    public int? OptionalCount(string key, int minimum = 1, int maximum = WidestWidth)
    {
        if (!TryGet(key, out JsonElement json))
        {
            return null;
        }

        if (json.ValueKind == JsonValueKind.Number && json.TryGetInt32(out int count) && count >= minimum && count <= maximum)
        {
            return count;
        }

        Report(key, $"expected a whole number from {minimum} to {maximum}, found {FieldText.Describe(json)}");
        return Math.Max(1, minimum);
    }

    /// <summary>True or false; the default where the key is absent.</summary>
    public bool Flag(string key, bool otherwise)
    {
        if (!TryGet(key, out JsonElement json))
        {
            return otherwise;
        }

        if (json.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return json.GetBoolean();
        }

        Report(key, $"expected true or false, found {FieldText.Describe(json)}");
        return otherwise;
    }

    /// <summary>A text, or null where the key is absent.</summary>
    public string? Text(string key)
    {
        if (!TryGet(key, out JsonElement json))
        {
            return null;
        }

        if (json.ValueKind == JsonValueKind.String)
        {
            return json.GetString();
        }

        Report(key, $"expected a text, found {FieldText.Describe(json)}");
        return null;
    }

    /// <summary>The items of a list, or null where the key is absent.</summary>
    public ImmutableArray<JsonElement>? List(string key)
    {
        if (!TryGet(key, out JsonElement json))
        {
            return null;
        }

        if (json.ValueKind == JsonValueKind.Array)
        {
            return [.. json.EnumerateArray()];
        }

        Report(key, $"expected a list, found {FieldText.Describe(json)}");
        return null;
    }

    /// <summary>The whole numbers of a list; none where the key is absent.</summary>
    public ImmutableArray<int> Counts(string key)
    {
        ImmutableArray<int>.Builder counts = ImmutableArray.CreateBuilder<int>();
        ImmutableArray<JsonElement> items = List(key) ?? [];
        for (int i = 0; i < items.Length; i++)
        {
            if (items[i].ValueKind == JsonValueKind.Number && items[i].TryGetInt32(out int count))
            {
                counts.Add(count);
            }
            else
            {
                Report($"{key}[{i}]", $"expected a whole number, found {FieldText.Describe(items[i])}");
            }
        }

        return counts.ToImmutable();
    }

    /// <summary>The object under a key, or null where the key is absent; it may ask this one for what both may hold.</summary>
    public ConfigReader? Object(string key) => TryGet(key, out JsonElement json) ? new ConfigReader(json, PathOf(key), _problems, this) : null;

    /// <summary>The keys of this object, in file order.</summary>
    public ImmutableArray<string> Keys => _json.ValueKind == JsonValueKind.Object ? [.. _json.EnumerateObject().Select(static entry => entry.Name)] : [];

    /// <summary>This object or, where it lacks the key and lies within one that has it, that one.</summary>
    /// <remarks>Models with a <c>text_config</c> write <c>tie_word_embeddings</c> on either level.</remarks>
    public ConfigReader HolderOf(string key) => !Has(key) && _outer is not null && _outer.Has(key) ? _outer : this;

    private bool TryGet(string key, out JsonElement value)
    {
        value = default;
        return _json.ValueKind == JsonValueKind.Object && _json.TryGetProperty(key, out value) && value.ValueKind != JsonValueKind.Null;
    }

    private string PathOf(string key) => _path.Length == 0 ? key : key.Length == 0 ? _path : $"{_path}.{key}";
}
