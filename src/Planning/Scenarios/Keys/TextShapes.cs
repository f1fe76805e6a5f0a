using System.Collections.Immutable;
using NJsonSchema;

namespace LlmSim.Planning.Scenarios.Keys;

/// <summary>Any text that is not empty.</summary>
internal sealed class TextShape : ScalarShape<string>
{
    /// <inheritdoc/>
    public override string Legal => "a text";

    /// <inheritdoc/>
    public override void Describe(JsonSchema schema) => schema.Type = JsonObjectType.String;

    /// <inheritdoc/>
    protected override string? Parse(ScalarNode scalar, string path, Binding binding, out string value)
    {
        value = scalar.Value;
        return string.IsNullOrWhiteSpace(value) ? Unexpected(scalar) : null;
    }
}

/// <summary>The path of a file, relative to the file in which it stands.</summary>
internal sealed class PathShape : ScalarShape<string>
{
    /// <inheritdoc/>
    public override string Legal => "the path of a file";

    /// <inheritdoc/>
    public override void Describe(JsonSchema schema) => schema.Type = JsonObjectType.String;

    /// <inheritdoc/>
    protected override string? Parse(ScalarNode scalar, string path, Binding binding, out string value)
    {
        value = FilePaths.Resolve(scalar);
        if (string.IsNullOrWhiteSpace(scalar.Value))
        {
            return Unexpected(scalar);
        }

        binding.Mention(value, scalar, path);
        return null;
    }
}

/// <summary>Yes or no, written <c>true</c> or <c>false</c>.</summary>
internal sealed class FlagShape : ScalarShape<bool>
{
    /// <inheritdoc/>
    public override string Legal => "true or false";

    /// <inheritdoc/>
    public override string Cell => "`true` or `false`";

    /// <inheritdoc/>
    public override void Describe(JsonSchema schema) => schema.Type = JsonObjectType.Boolean;

    /// <inheritdoc/>
    protected override string? Parse(ScalarNode scalar, string path, Binding binding, out bool value)
    {
        value = scalar.Value == "true";
        return scalar is { IsPlain: true, Value: "true" or "false" } ? null : Unexpected(scalar);
    }
}

/// <summary>One of a list of words, each of which stands for a value.</summary>
internal sealed class WordShape<T>(ImmutableArray<(string Word, T Value)> words) : ScalarShape<T>
    where T : notnull
{
    private IEnumerable<string> Words => words.Select(static row => row.Word);

    /// <inheritdoc/>
    public override string Legal => words.Length == 1 ? $"'{words[0].Word}'" : "one of " + string.Join(", ", Words);

    /// <inheritdoc/>
    public override string Cell => string.Join(", ", Words.Select(static word => $"`{word}`"));

    /// <inheritdoc/>
    public override void Describe(JsonSchema schema)
    {
        schema.Type = JsonObjectType.String;
        foreach (string word in Words)
        {
            schema.Enumeration.Add(word);
        }
    }

    /// <inheritdoc/>
    protected override string? Parse(ScalarNode scalar, string path, Binding binding, out T value)
    {
        foreach ((string word, T meaning) in words)
        {
            if (string.Equals(word, scalar.Value, StringComparison.Ordinal))
            {
                value = meaning;
                return null;
            }
        }

        value = words[0].Value;
        return Unexpected(scalar) + Spelling.Hint(scalar.Value, Words);
    }
}

/// <summary>The name of a record in the catalog, a file that holds it, or the record itself.</summary>
internal sealed class ReferenceShape(string what) : ValueShape<RecordReference>
{
    /// <inheritdoc/>
    public override string Legal => $"the name of {what}, the path of a .json or .yaml file, or a mapping";

    /// <inheritdoc/>
    public override string Cell => $"name of {what} in the catalog, path of a `.json` or `.yaml` file, or the record itself";

    /// <inheritdoc/>
    public override void Describe(JsonSchema schema) => schema.Type = JsonObjectType.String | JsonObjectType.Object;

    /// <inheritdoc/>
    public override bool TryRead(ScenarioNode node, string path, Binding binding, out RecordReference value)
    {
        value = new InlineRecord(path, node);
        if (node is MappingNode)
        {
            return true;
        }

        if (node is not ScalarNode scalar || string.IsNullOrWhiteSpace(scalar.Value))
        {
            binding.Refuse(node, path, $"'{path}' is {node.Found}: expected {Legal}");
            return false;
        }

        if (FilePaths.IsPath(scalar.Value))
        {
            value = new RecordFile(path, node, FilePaths.Resolve(scalar));
            binding.Mention(FilePaths.Resolve(scalar), node, path);
            return true;
        }

        value = new NamedRecord(path, node, scalar.Value);
        if (!FilePaths.HasRecordExtension(scalar.Value))
        {
            return true;
        }

        binding.Refuse(node, path, $"'{path}' is {node.Found}, which reads as a name: to mean a file write './{scalar.Value}'");
        return false;
    }
}
