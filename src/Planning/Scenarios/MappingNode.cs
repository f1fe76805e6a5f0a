using System.Collections.Immutable;

namespace LlmSim.Planning.Scenarios;

/// <summary>One key and its value.</summary>
/// <param name="Key">The key, which knows where it stands.</param>
/// <param name="Value">The value.</param>
public sealed record MappingEntry(ScalarNode Key, ScenarioNode Value);

/// <summary>Keys and their values, each key once, in the order of the file.</summary>
/// <param name="Entries">The keys and values in the order of the file.</param>
/// <param name="File">The file as the user named it, or <c>--set</c> for an override.</param>
/// <param name="Line">Line of its first key, counted from one.</param>
/// <param name="Column">Column of its first key, counted from one.</param>
public sealed record MappingNode(ImmutableArray<MappingEntry> Entries, string File, int Line, int Column) : ScenarioNode(File, Line, Column)
{
    /// <inheritdoc/>
    public override string Found => "a mapping";

    /// <inheritdoc/>
    public override ScenarioNode? Child(string part) => Entry(part)?.Value;

    /// <summary>The entry of a key, or null where the key is missing.</summary>
    public MappingEntry? Entry(string key) => Entries.FirstOrDefault(entry => string.Equals(entry.Key.Value, key, StringComparison.Ordinal));

    /// <summary>The same mapping with an entry put in place of the one with its key, or added at the end.</summary>
    public MappingNode With(MappingEntry entry)
    {
        int index = Entries.IndexOf(Entry(entry.Key.Value)!);
        return this with { Entries = index < 0 ? Entries.Add(entry) : Entries.SetItem(index, entry) };
    }

    /// <summary>The same mapping without a key.</summary>
    public MappingNode Without(string key) =>
        this with { Entries = Entries.RemoveAll(entry => string.Equals(entry.Key.Value, key, StringComparison.Ordinal)) };
}
