using System.Diagnostics.CodeAnalysis;
using NJsonSchema;

namespace LlmSim.Planning.Scenarios.Keys;

/// <summary>The name of a network, or a network in place. Keeps the place of the name, so that the catalog can refuse it there.</summary>
internal sealed class NetworkShape(SectionShape<NetworkReference> full) : ValueShape<NetworkReference>
{
    /// <inheritdoc/>
    public override string Legal => $"the name of a network, or {full.Legal}";

    /// <inheritdoc/>
    public override string Cell => "name of a network in the catalog, or a section, see below";

    /// <inheritdoc/>
    public override Section Section => full.Section;

    /// <inheritdoc/>
    public override void Describe(JsonSchema schema)
    {
        var inPlace = new JsonSchema();
        full.Describe(inPlace);
        schema.OneOf.Add(new JsonSchema { Type = JsonObjectType.String });
        schema.OneOf.Add(inPlace);
    }

    /// <inheritdoc/>
    public override bool TryRead(ScenarioNode node, string path, Binding binding, [MaybeNullWhen(false)] out NetworkReference value)
    {
        if (node is MappingNode)
        {
            return full.TryRead(node, path, binding, out value);
        }

        string name = node is ScalarNode scalar ? scalar.Value : string.Empty;
        value = new NamedNetwork(node, name);
        if (!string.IsNullOrWhiteSpace(name))
        {
            return true;
        }

        binding.Refuse(node, path, $"'{path}' is {node.Found}: expected {Legal}");
        return false;
    }
}
