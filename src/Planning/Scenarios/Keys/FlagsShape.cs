using System.Collections.Immutable;
using NJsonSchema;

namespace LlmSim.Planning.Scenarios.Keys;

/// <summary>Some of a list of words, separated by commas, each of which stands for a part of the value.</summary>
internal sealed class FlagsShape<T>(ImmutableArray<(string Word, T Value)> words, Func<T, T, T> join) : ScalarShape<T>
    where T : notnull
{
    private IEnumerable<string> Words => words.Select(static row => row.Word);

    /// <inheritdoc/>
    public override string Legal => "one or more of " + string.Join(", ", Words) + ", separated by commas";

    /// <inheritdoc/>
    public override string Cell => "one or more of " + string.Join(", ", Words.Select(static word => $"`{word}`")) + ", separated by commas";

    /// <inheritdoc/>
    public override void Describe(JsonSchema schema)
    {
        string any = string.Join('|', Words);
        schema.Type = JsonObjectType.String;
        schema.Pattern = $"^({any})( *, *({any}))*$";
    }

    /// <inheritdoc/>
    protected override string? Parse(ScalarNode scalar, string path, Binding binding, out T value)
    {
        value = default!;
        bool isFirst = true;
        foreach (string word in scalar.Value.Split(',', StringSplitOptions.TrimEntries))
        {
            int index = Words.ToList().IndexOf(word);
            if (index < 0)
            {
                return Unexpected(scalar) + Spelling.Hint(word, Words);
            }

            value = isFirst ? words[index].Value : join(value, words[index].Value);
            isFirst = false;
        }

        return null;
    }
}
