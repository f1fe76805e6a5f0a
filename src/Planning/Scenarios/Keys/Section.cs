using System.Collections.Immutable;
using NJsonSchema;

namespace LlmSim.Planning.Scenarios.Keys;

/// <summary>Keys of which a file has at most one, or at least one, or exactly one.</summary>
/// <param name="Keys">The keys.</param>
/// <param name="AtLeastOne">Whether a file without any of them is refused.</param>
/// <param name="AtMostOne">Whether a file with two of them is refused.</param>
internal sealed record KeyGroup(ImmutableArray<ScenarioKey> Keys, bool AtLeastOne, bool AtMostOne)
{
    /// <summary>The names in quotes with "and" or "or" before the last.</summary>
    public string Names(string join) => Keys.Length == 1
        ? $"'{Keys[0].Name}'"
        : string.Join(", ", Keys[..^1].Select(static key => $"'{key.Name}'")) + $" {join} '{Keys[^1].Name}'";

    /// <summary>The group as one sentence of the reference.</summary>
    public string Sentence => (AtLeastOne, AtMostOne) switch
    {
        (true, true) => $"Exactly one of {Names("and")} is needed.",
        (true, false) => $"At least one of {Names("and")} is needed.",
        _ => $"At most one of {Names("and")} may be given.",
    };
}

/// <summary>A mapping of known keys.</summary>
internal sealed class Section(string doc, ImmutableArray<ScenarioKey> keys)
{
    /// <summary>What the section is about, in one sentence.</summary>
    public string Doc { get; } = doc;

    /// <summary>The heading of the reference, where several keys share the section; null where its path is its heading.</summary>
    public string? Heading { get; init; }

    /// <summary>Where the reference explains the section.</summary>
    public string Cell => Heading is null ? "section, see below" : $"section, see {Heading}";

    /// <summary>The keys in the order of the reference.</summary>
    public ImmutableArray<ScenarioKey> Keys { get; } = keys;

    /// <summary>Keys that exclude or replace each other.</summary>
    public ImmutableArray<KeyGroup> Groups { get; init; } = [];

    /// <summary>Keys that are legal elsewhere, with what to say about them here.</summary>
    public ImmutableDictionary<string, string> Elsewhere { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>What several keys must fulfil together; runs on whatever was read.</summary>
    public Action<SectionValues, Binding>? Check { get; init; }

    /// <summary>The key of a name, or null.</summary>
    public ScenarioKey? Find(string name) => Keys.FirstOrDefault(key => string.Equals(key.Name, name, StringComparison.Ordinal));

    /// <summary>Reads a mapping; null where anything in it was refused.</summary>
    public SectionValues? Read(ScenarioNode node, string path, Binding binding)
    {
        int before = binding.Count;
        var values = new SectionValues(node, path);
        if (node is not MappingNode mapping)
        {
            binding.Refuse(node, path, $"{Title(path)} is {node.Found}: expected a mapping with the keys {NameList}");
            return null;
        }

        foreach (MappingEntry entry in mapping.Entries)
        {
            if (Find(entry.Key.Value) is { } key)
            {
                key.ReadInto(values, entry, binding);
            }
            else
            {
                RefuseUnknown(entry.Key, path, binding);
            }
        }

        foreach (ScenarioKey key in Keys.Where(key => key.Required && mapping.Entry(key.Name) is null))
        {
            binding.Refuse(node, ValueShape.Join(path, key.Name), $"{Title(path)} lacks '{key.Name}', {key.Shape.Legal}: {key.Doc}");
        }

        foreach (KeyGroup group in Groups)
        {
            CheckGroup(group, mapping, path, binding);
        }

        Check?.Invoke(values, binding);
        return binding.Count == before ? values : null;
    }

    /// <summary>Writes the section into a schema.</summary>
    public void Describe(JsonSchema schema)
    {
        schema.Type = JsonObjectType.Object;
        schema.AllowAdditionalProperties = false;
        foreach (ScenarioKey key in Keys)
        {
            schema.Properties[key.Name] = ScenarioSchema.Property(key);
            if (key.Required)
            {
                schema.RequiredProperties.Add(key.Name);
            }
        }

        foreach (KeyGroup group in Groups)
        {
            ScenarioSchema.Describe(group, schema);
        }
    }

    private string NameList => string.Join(", ", Keys.Select(static key => key.Name));

    private static string Title(string path) => path.Length == 0 ? "the file" : $"'{path}'";

    private void RefuseUnknown(ScalarNode key, string path, Binding binding)
    {
        string place = path.Length == 0 ? "at the top of the file" : $"in '{path}'";
        string advice = Elsewhere.TryGetValue(key.Value, out string? elsewhere)
            ? elsewhere
            : Spelling.Nearest(key.Value, Keys.Select(static legal => legal.Name)) is { } nearest
                ? $"did you mean '{nearest}'? Legal are {NameList}"
                : $"legal are {NameList}";
        binding.Refuse(key, ValueShape.Join(path, key.Value), $"unknown key {key.Found} {place}: {advice}");
    }

    private static void CheckGroup(KeyGroup group, MappingNode mapping, string path, Binding binding)
    {
        ImmutableArray<MappingEntry> present = [.. mapping.Entries.Where(entry => group.Keys.Any(key => key.Name == entry.Key.Value))];
        if (present.IsEmpty && group.AtLeastOne)
        {
            string needed = group.AtMostOne ? "exactly one of" : "at least one of";
            binding.Refuse(mapping, path, $"{Title(path)} has none of {group.Names("and")}: {needed} them is needed");
        }

        foreach (MappingEntry extra in group.AtMostOne ? present.Skip(1) : [])
        {
            string full = ValueShape.Join(path, extra.Key.Value);
            binding.Refuse(extra.Key, full, $"'{full}' stands beside '{present[0].Key.Value}': only one of {group.Names("and")} may be given");
        }
    }
}
