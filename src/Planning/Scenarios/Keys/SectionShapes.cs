using System.Diagnostics.CodeAnalysis;
using NJsonSchema;

namespace LlmSim.Planning.Scenarios.Keys;

/// <summary>A mapping of known keys that becomes a <typeparamref name="T"/>.</summary>
internal sealed class SectionShape<T>(Section section, Func<SectionValues, T> build) : ValueShape<T>
    where T : notnull
{
    /// <inheritdoc/>
    public override string Legal => "a mapping with the keys " + string.Join(", ", section.Keys.Select(static key => key.Name));

    /// <inheritdoc/>
    public override string Cell => section.Cell;

    /// <inheritdoc/>
    public override Section Section => section;

    /// <inheritdoc/>
    public override void Describe(JsonSchema schema) => section.Describe(schema);

    /// <inheritdoc/>
    public override bool TryRead(ScenarioNode node, string path, Binding binding, [MaybeNullWhen(false)] out T value)
    {
        SectionValues? values = section.Read(node, path, binding);
        value = values is null ? default : build(values);
        return values is not null;
    }
}

/// <summary>A single value, or a mapping for those who need to say more.</summary>
internal sealed class EitherShape<T>(ValueShape<T> brief, SectionShape<T> full, ScenarioKey? shorthand) : ValueShape<T>
    where T : notnull
{
    /// <inheritdoc/>
    public override string Legal => $"{brief.Legal}, or {full.Legal}";

    /// <inheritdoc/>
    public override string Cell => $"{brief.Cell}, or a {full.Cell}";

    /// <inheritdoc/>
    public override Section Section => full.Section;

    /// <inheritdoc/>
    public override ScenarioKey? Shorthand => shorthand;

    /// <inheritdoc/>
    public override void Describe(JsonSchema schema)
    {
        foreach (ValueShape shape in new ValueShape[] { brief, full })
        {
            var alternative = new JsonSchema();
            shape.Describe(alternative);
            schema.OneOf.Add(alternative);
        }
    }

    /// <inheritdoc/>
    public override bool TryRead(ScenarioNode node, string path, Binding binding, [MaybeNullWhen(false)] out T value) => node is MappingNode
        ? full.TryRead(node, path, binding, out value)
        : brief.TryRead(node, path, binding, out value);
}

/// <summary>A shape whose value is dressed as another type.</summary>
internal sealed class MappedShape<TFrom, T>(ValueShape<TFrom> inner, Func<TFrom, T> map) : ValueShape<T>
    where TFrom : notnull
    where T : notnull
{
    /// <inheritdoc/>
    public override string Legal => inner.Legal;

    /// <inheritdoc/>
    public override string Cell => inner.Cell;

    /// <inheritdoc/>
    public override Section? Section => inner.Section;

    /// <inheritdoc/>
    public override ScenarioKey? Shorthand => inner.Shorthand;

    /// <inheritdoc/>
    public override void Describe(JsonSchema schema) => inner.Describe(schema);

    /// <inheritdoc/>
    public override bool TryRead(ScenarioNode node, string path, Binding binding, [MaybeNullWhen(false)] out T value)
    {
        bool read = inner.TryRead(node, path, binding, out TFrom? from);
        value = read ? map(from!) : default;
        return read;
    }
}
