using LlmSim.Planning.Scenarios.Keys;
using NJsonSchema;

namespace LlmSim.Planning.Scenarios;

/// <summary>The JSON Schema (draft 7) of scenario files, which gives editors completion and early warnings.</summary>
/// <remarks>Made from the same tables as the binder. What several keys must fulfil together, such as a batch that divides, only the binder checks.</remarks>
public static class ScenarioSchema
{
    private const string Draft = "http://json-schema.org/draft-07/schema#";

    /// <summary>The schema as JSON text; the same bytes each time.</summary>
    public static string ToJson()
    {
        var root = new JsonSchema
        {
            SchemaVersion = Draft,
            Title = "LlmSim scenario",
            Description = "What to simulate: the training or the serving of a model.",
        };
        root.OneOf.Add(Kind(RootKeys.Train.Section, "train"));
        root.OneOf.Add(Kind(RootKeys.Serve.Section, "serve"));
        return root.ToJson().ReplaceLineEndings("\n") + "\n";
    }

    /// <summary>The schema of one key.</summary>
    internal static JsonSchemaProperty Property(ScenarioKey key)
    {
        var property = new JsonSchemaProperty();
        key.Shape.Describe(property);
        property.Description = key.Doc;
        if (key.DefaultText is { } text and not "{}")
        {
            property.Default = Default(property, text);
        }

        return property;
    }

    /// <summary>Adds to a section which of its keys exclude or need each other.</summary>
    internal static void Describe(KeyGroup group, JsonSchema section)
    {
        ICollection<JsonSchema> alternatives = group.AtMostOne ? section.OneOf : section.AnyOf;
        foreach (ScenarioKey key in group.Keys)
        {
            var needs = new JsonSchema();
            needs.RequiredProperties.Add(key.Name);
            alternatives.Add(needs);
        }

        if (group.AtLeastOne)
        {
            return;
        }

        var none = new JsonSchema { Not = new JsonSchema() };
        foreach (ScenarioKey key in group.Keys)
        {
            var has = new JsonSchema();
            has.RequiredProperties.Add(key.Name);
            none.Not.AnyOf.Add(has);
        }

        alternatives.Add(none);
    }

    private static JsonSchema Kind(Section section, string word)
    {
        var schema = new JsonSchema { Title = $"kind: {word}", Description = section.Doc };
        section.Describe(schema);
        JsonSchemaProperty kind = schema.Properties[RootKeys.Kind.Name];
        kind.Enumeration.Clear();
        kind.Enumeration.Add(word);
        return schema;
    }

    private static object Default(JsonSchema schema, string text) => schema.Type switch
    {
        JsonObjectType.Boolean => text == "true",
        JsonObjectType.Integer | JsonObjectType.String => long.Parse(text, System.Globalization.CultureInfo.InvariantCulture),
        JsonObjectType.Number => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture),
        _ => text,
    };
}
