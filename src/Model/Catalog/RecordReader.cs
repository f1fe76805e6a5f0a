using System.Collections.Immutable;
using System.Text.Json;
using LlmSim.Model.Hardware;

namespace LlmSim.Model.Catalog;

/// <summary>Turns the text of a quantity into the quantity; on failure <paramref name="error"/> says what is legal.</summary>
public delegate bool QuantityParser<T>(string text, out T value, out string error);

/// <summary>Reads one JSON object strictly: collects every problem with its path, and the source of every figure.</summary>
/// <remarks>
/// Ask for each key once, then call <see cref="Finish"/> on the outermost reader: keys nobody asked for are reported with the nearest one that was.
/// Nothing throws: a field that cannot be read is reported and comes back as zero, empty or null. A figure is a plain value, or an object of
/// <c>value</c>, <c>source</c> and <c>verified</c>; the record's own <c>source</c> is the default, and its list <c>unverified</c> names exceptions.
/// </remarks>
public sealed class RecordReader
{
    private readonly FigureLog _log;
    private readonly string _path;
    private readonly List<RecordReader> _family;
    private readonly Dictionary<string, JsonElement> _fields = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _asked = new(StringComparer.Ordinal);

    /// <summary>Opens a record; <paramref name="defaultSource"/> stands for figures without a source until the record names one.</summary>
    public RecordReader(JsonElement json, string defaultSource = "given without a source")
        : this(json, string.Empty, new FigureLog(defaultSource), [])
    {
        if (OptionalText("source") is { } source)
        {
            _log.Default(source);
        }

        foreach (string key in Texts("unverified"))
        {
            _log.Doubt(key);
        }
    }

    private RecordReader(JsonElement json, string path, FigureLog log, List<RecordReader> family)
    {
        (_path, _log, _family) = (path, log, family);
        _family.Add(this);
        if (json.ValueKind != JsonValueKind.Object)
        {
            Report(string.Empty, $"expected an object of keys and values, found {FieldText.Describe(json)}");
            return;
        }

        foreach (JsonProperty field in json.EnumerateObject())
        {
            if (!_fields.TryAdd(field.Name, field.Value))
            {
                Report(field.Name, "the key occurs twice");
            }
        }
    }

    /// <summary>Every problem found so far in the whole record, nested objects included.</summary>
    public ImmutableArray<RecordProblem> Problems => [.. _log.Problems];

    /// <summary>The source of each figure read so far, by path.</summary>
    public ImmutableSortedDictionary<string, Figure> Figures => _log.Figures;

    /// <summary>The keys of this object, in file order.</summary>
    public ImmutableArray<string> Keys => [.. _fields.Keys];

    /// <summary>Whether the key is written; asking makes the key legal.</summary>
    public bool Has(string key)
    {
        _asked.Add(key);
        return _fields.ContainsKey(key);
    }

    /// <summary>Whether the key holds text.</summary>
    public bool HoldsText(string key) => Has(key) && _fields[key].ValueKind == JsonValueKind.String;

    /// <summary>Adds a problem of the caller's own about a key; an empty key means this object.</summary>
    public void Report(string key, string message) => _log.Report(PathOf(key), message);

    /// <summary>Notes that a figure was not given and what was assumed for it.</summary>
    public void Assume(string key, string reason) => _log.Assume(PathOf(key), reason);

    /// <summary>Notes the source of a figure that another record of the catalog states.</summary>
    public void Cite(string key, Figure figure) => _log.Cite(PathOf(key), figure);

    /// <summary>The JSON under a key, for a record within this one that is read on its own; null where the key is absent.</summary>
    public JsonElement? Element(string key) => Has(key) ? _fields[key] : null;

    /// <summary>A text, or null where the key is absent.</summary>
    public string? OptionalText(string key)
    {
        if (!Has(key))
        {
            return null;
        }

        JsonElement json = _fields[key];
        if (json.ValueKind == JsonValueKind.String && !string.IsNullOrWhiteSpace(json.GetString()))
        {
            return json.GetString();
        }

        Report(key, $"expected a text, found {FieldText.Describe(json)}");
        return null;
    }

    /// <summary>True or false, or null where the key is absent.</summary>
    public bool? OptionalFlag(string key)
    {
        if (!Has(key))
        {
            return null;
        }

        if (_fields[key].ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return _fields[key].GetBoolean();
        }

        Report(key, $"expected true or false, found {FieldText.Describe(_fields[key])}");
        return null;
    }

    /// <summary>A whole number of at least <paramref name="minimum"/>, or null where the key is absent.</summary>
    public int? OptionalCount(string key, int minimum = 1)
    {
        if (!TryFigure(key, out JsonElement json))
        {
            return null;
        }

        if (json.ValueKind == JsonValueKind.Number && json.TryGetInt32(out int count) && count >= minimum)
        {
            return count;
        }

        Report(key, $"expected a whole number of at least {minimum}, found {FieldText.Describe(json)}");
        return null;
    }

    /// <summary>A number without unit inside a closed range, or null where the key is absent.</summary>
    public double? OptionalNumber(string key, double minimum, double maximum)
    {
        if (!TryFigure(key, out JsonElement json))
        {
            return null;
        }

        if (json.ValueKind == JsonValueKind.Number && json.TryGetDouble(out double number) && number >= minimum && number <= maximum)
        {
            return number;
        }

        Report(key, FormattableString.Invariant($"expected a number from {minimum} to {maximum}, found {FieldText.Describe(json)}"));
        return null;
    }

    /// <summary>A quantity with its unit, above zero (or zero too where that is legal), or null where the key is absent.</summary>
    public T? OptionalQuantity<T>(string key, QuantityParser<T> parse, bool zeroIsLegal = false)
        where T : struct, IComparable<T>
    {
        if (!TryFigure(key, out JsonElement json))
        {
            return null;
        }

        if (json.ValueKind is not (JsonValueKind.String or JsonValueKind.Number))
        {
            Report(key, $"expected a quantity with its unit, found {FieldText.Describe(json)}");
            return null;
        }

        string text = json.ValueKind == JsonValueKind.String ? json.GetString() ?? string.Empty : json.GetRawText();
        if (!parse(text, out T value, out string error))
        {
            Report(key, error);
            return null;
        }

        int sign = value.CompareTo(default);
        if (sign > 0 || (sign == 0 && zeroIsLegal))
        {
            return value;
        }

        Report(key, $"'{text}' must be " + (zeroIsLegal ? "zero or more" : "above zero"));
        return null;
    }

    /// <summary>The texts of a list; none where the key is absent.</summary>
    public ImmutableArray<string> Texts(string key) =>
        Values(key, "a text", static json => json.ValueKind == JsonValueKind.String ? json.GetString() : null);

    /// <summary>The whole numbers of a list; none where the key is absent.</summary>
    public ImmutableArray<int> Counts(string key) =>
        [.. Values(key, "a whole number", WholeNumber).OfType<int>()];

    /// <summary>The object under a key, or null where the key is absent.</summary>
    public RecordReader? Object(string key) => Has(key) ? new RecordReader(_fields[key], PathOf(key), _log, _family) : null;

    /// <summary>The objects of a list; none where the key is absent.</summary>
    public ImmutableArray<RecordReader> Objects(string key) =>
        [.. Elements(key).Select(item => new RecordReader(item.Json, PathOf(item.Key), _log, _family))];

    /// <summary>Reports the keys that nobody asked for; true where the whole record is without problems.</summary>
    public bool Finish()
    {
        foreach (RecordReader reader in _family)
        {
            foreach (string key in reader._fields.Keys.Where(key => !reader._asked.Contains(key)))
            {
                reader.Report(key, "unknown key" + FieldText.Legal(key, reader._asked));
            }
        }

        _log.ReportIdleDoubts();
        return _log.Problems.Count == 0;
    }

    private static int? WholeNumber(JsonElement json) => json.ValueKind == JsonValueKind.Number && json.TryGetInt32(out int number) ? number : null;

    private string PathOf(string key) => _path.Length == 0 ? key : key.Length == 0 ? _path : $"{_path}.{key}";

    /// <summary>The value of a figure, noting its source; false where the key is absent or the figure is malformed.</summary>
    private bool TryFigure(string key, out JsonElement value)
    {
        value = default;
        if (!Has(key))
        {
            return false;
        }

        value = _fields[key];
        if (value.ValueKind != JsonValueKind.Object)
        {
            _log.Add(PathOf(key), null, null);
            return true;
        }

        RecordReader figure = new(value, PathOf(key), _log, _family);
        bool given = figure.Demand("value", "the figure itself");
        _log.Add(PathOf(key), figure.OptionalText("source"), figure.OptionalFlag("verified"));
        value = given ? figure._fields["value"] : default;
        return given;
    }

    private IEnumerable<(string Key, JsonElement Json)> Elements(string key)
    {
        if (!Has(key))
        {
            return [];
        }

        if (_fields[key].ValueKind == JsonValueKind.Array)
        {
            return _fields[key].EnumerateArray().Select((json, index) => ($"{key}[{index}]", json));
        }

        Report(key, $"expected a list, found {FieldText.Describe(_fields[key])}");
        return [];
    }

    private ImmutableArray<T> Values<T>(string key, string what, Func<JsonElement, T?> read)
    {
        ImmutableArray<T>.Builder values = ImmutableArray.CreateBuilder<T>();
        foreach ((string item, JsonElement json) in Elements(key))
        {
            if (read(json) is { } value)
            {
                values.Add(value);
            }
            else
            {
                Report(item, $"expected {what}, found {FieldText.Describe(json)}");
            }
        }

        return values.ToImmutable();
    }
}
