using System.Diagnostics.CodeAnalysis;

namespace LlmSim.Planning.Scenarios.Keys;

/// <summary>One key of a section: its name, what is legal, and one sentence for people. Binder, schema and reference read the same table.</summary>
internal abstract class ScenarioKey(string name, bool required, string? defaultText, string doc)
{
    /// <summary>The key as written, such as <c>micro_batch</c>.</summary>
    public string Name { get; } = name;

    /// <summary>Whether a file without it is refused.</summary>
    public bool Required { get; } = required;

    /// <summary>What its absence means, as a file would write it; null where absence is a meaning of its own.</summary>
    public string? DefaultText { get; } = defaultText;

    /// <summary>What it means, in one sentence with its unit.</summary>
    public string Doc { get; } = doc;

    /// <summary>What is legal.</summary>
    public abstract ValueShape Shape { get; }

    /// <summary>Reads a value into <paramref name="values"/>, or notes why not.</summary>
    public abstract void ReadInto(SectionValues values, MappingEntry entry, Binding binding);

    /// <summary>The default as a node, which its own shape reads: <c>{}</c> is a section of nothing but defaults.</summary>
    protected ScenarioNode? DefaultNode => DefaultText switch
    {
        null => null,
        "{}" => new MappingNode([], string.Empty, 1, 1),
        _ => new ScalarNode(DefaultText, true, string.Empty, 1, 1),
    };
}

/// <summary>A key whose value is a <typeparamref name="T"/>.</summary>
internal sealed class ScenarioKey<T>(string name, ValueShape<T> shape, bool required, string? defaultText, string doc)
    : ScenarioKey(name, required, defaultText, doc)
    where T : notnull
{
    /// <inheritdoc/>
    public override ValueShape Shape => shape;

    /// <inheritdoc/>
    public override void ReadInto(SectionValues values, MappingEntry entry, Binding binding)
    {
        string path = ValueShape.Join(values.Path, Name);
        if (entry.Value is ScalarNode { IsNothing: true })
        {
            binding.Refuse(entry.Key, path, $"'{path}' has no value: expected {shape.Legal}");
            values.Fail(this);
        }
        else if (shape.TryRead(entry.Value, path, binding, out T? value))
        {
            values.Put(this, value, entry);
        }
        else
        {
            values.Fail(this);
        }
    }

    /// <summary>The default, or false where there is none.</summary>
    public bool TryDefault([MaybeNullWhen(false)] out T value)
    {
        value = default;
        var binding = new Binding();
        if (DefaultNode is not { } node)
        {
            return false;
        }

        return shape.TryRead(node, Name, binding, out value)
            ? true
            : throw new InvalidOperationException($"the default of '{Name}' is not legal: {string.Join("; ", binding.Problems)}");
    }
}

/// <summary>Makes keys; the three names say what absence means.</summary>
internal static class Key
{
    /// <summary>A key that a file must have.</summary>
    public static ScenarioKey<T> Required<T>(string name, ValueShape<T> shape, string doc)
        where T : notnull => new(name, shape, true, null, doc);

    /// <summary>A key whose absence is a meaning of its own, which the sentence says.</summary>
    public static ScenarioKey<T> Optional<T>(string name, ValueShape<T> shape, string doc)
        where T : notnull => new(name, shape, false, null, doc);

    /// <summary>A key whose absence means the same as this text.</summary>
    public static ScenarioKey<T> Default<T>(string name, ValueShape<T> shape, string defaultText, string doc)
        where T : notnull => new(name, shape, false, defaultText, doc);
}
