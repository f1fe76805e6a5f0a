using System.Collections.Immutable;
using System.Globalization;
using NJsonSchema;

namespace LlmSim.Planning.Scenarios.Keys;

/// <summary>A list of one or more mappings of the same known keys.</summary>
internal sealed class ListShape<T>(SectionShape<T> item) : ValueShape<ImmutableArray<T>>
    where T : notnull
{
    /// <inheritdoc/>
    public override string Legal => "a list of one or more items, each " + item.Legal;

    /// <inheritdoc/>
    public override string Cell => "list of sections, see below";

    /// <inheritdoc/>
    public override Section Section => item.Section;

    /// <inheritdoc/>
    public override void Describe(JsonSchema schema)
    {
        schema.Type = JsonObjectType.Array;
        schema.MinItems = 1;
        schema.Item = new JsonSchema();
        item.Describe(schema.Item);
    }

    /// <inheritdoc/>
    public override bool TryRead(ScenarioNode node, string path, Binding binding, out ImmutableArray<T> value)
    {
        value = [];
        if (node is not SequenceNode { Items.IsEmpty: false } list)
        {
            string found = node is SequenceNode ? "an empty list" : node.Found;
            binding.Refuse(node, path, $"'{path}' is {found}: expected {Legal}");
            return false;
        }

        var items = ImmutableArray.CreateBuilder<T>();
        for (int i = 0; i < list.Items.Length; i++)
        {
            if (item.TryRead(list.Items[i], string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), binding, out T? read))
            {
                items.Add(read);
            }
        }

        value = items.ToImmutable();
        return value.Length == list.Items.Length;
    }
}
