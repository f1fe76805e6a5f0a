using System.Diagnostics.CodeAnalysis;

namespace LlmSim.Planning.Scenarios.Keys;

/// <summary>The values that a section of a file holds, by key.</summary>
internal sealed class SectionValues(ScenarioNode node, string path)
{
    private readonly Dictionary<ScenarioKey, (object Value, MappingEntry Entry)> _values = [];
    private readonly HashSet<ScenarioKey> _failed = [];

    /// <summary>The section itself.</summary>
    public ScenarioNode Node => node;

    /// <summary>The dotted path of the section; empty for the file.</summary>
    public string Path => path;

    /// <summary>Whether the file has the key with a legal value.</summary>
    public bool Has(ScenarioKey key) => _values.ContainsKey(key);

    /// <summary>Where the value of a key stands, or the section where the file does not have the key.</summary>
    public ScenarioNode NodeOf(ScenarioKey key) => _values.TryGetValue(key, out (object Value, MappingEntry Entry) found) ? found.Entry.Value : node;

    /// <summary>Where a key itself stands, or the section where the file does not have the key.</summary>
    public ScenarioNode KeyOf(ScenarioKey key) => _values.TryGetValue(key, out (object Value, MappingEntry Entry) found) ? found.Entry.Key : node;

    /// <summary>The value of a key that is required or has a default.</summary>
    public T Of<T>(ScenarioKey<T> key)
        where T : notnull => TryGet(key, out T? value)
            ? value
            : throw new InvalidOperationException($"'{key.Name}' has neither a value nor a default");

    /// <summary>The value or default of a key; false where it is absent or was refused, so that a check of several keys can pass over it.</summary>
    public bool TryGet<T>(ScenarioKey<T> key, [MaybeNullWhen(false)] out T value)
        where T : notnull
    {
        if (_values.TryGetValue(key, out (object Value, MappingEntry Entry) found))
        {
            value = (T)found.Value;
            return true;
        }

        value = default;
        return !_failed.Contains(key) && key.TryDefault(out value);
    }

    /// <summary>The value of an optional key, or null.</summary>
    public T? MaybeValue<T>(ScenarioKey<T> key)
        where T : struct => TryGet(key, out T value) ? value : null;

    /// <summary>The value of an optional key, or null.</summary>
    public T? MaybeObject<T>(ScenarioKey<T> key)
        where T : class => TryGet(key, out T? value) ? value : null;

    /// <summary>The value of the one key of a group that the file has.</summary>
    public T Chosen<T>(KeyGroup group)
        where T : notnull => Of((ScenarioKey<T>)group.Keys.First(Has));

    /// <summary>Keeps a value.</summary>
    public void Put(ScenarioKey key, object value, MappingEntry entry) => _values[key] = (value, entry);

    /// <summary>Keeps that a value was refused.</summary>
    public void Fail(ScenarioKey key) => _failed.Add(key);
}
