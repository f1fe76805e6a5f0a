using System.Diagnostics.CodeAnalysis;
using NJsonSchema;

namespace LlmSim.Planning.Scenarios.Keys;

/// <summary>What a value may look like: says it in words, in JSON Schema, and reads it.</summary>
internal abstract class ValueShape
{
    /// <summary>What is legal, as it follows "expected": <c>an integer of at least 1</c>.</summary>
    public abstract string Legal { get; }

    /// <summary>The same for a table of the reference, in Markdown.</summary>
    public virtual string Cell => Legal;

    /// <summary>The keys inside, where the value is a mapping of known keys.</summary>
    public virtual Section? Section => null;

    /// <summary>The key that a single value stands for where the value is otherwise a mapping: <c>trace: FILE</c> means <c>trace: {file: FILE}</c>.</summary>
    public virtual ScenarioKey? Shorthand => null;

    /// <summary>Writes the shape into a schema.</summary>
    public abstract void Describe(JsonSchema schema);

    /// <summary>Joins the parts of a dotted path.</summary>
    public static string Join(string path, string key) => path.Length == 0 ? key : path + "." + key;
}

/// <summary>A shape whose values become <typeparamref name="T"/>.</summary>
internal abstract class ValueShape<T> : ValueShape
    where T : notnull
{
    /// <summary>Reads a value; on failure the problems say why.</summary>
    public abstract bool TryRead(ScenarioNode node, string path, Binding binding, [MaybeNullWhen(false)] out T value);
}

/// <summary>A shape whose values are single scalars.</summary>
internal abstract class ScalarShape<T> : ValueShape<T>
    where T : notnull
{
    /// <inheritdoc/>
    public sealed override bool TryRead(ScenarioNode node, string path, Binding binding, [MaybeNullWhen(false)] out T value)
    {
        if (node is not ScalarNode scalar)
        {
            binding.Refuse(node, path, $"'{path}' is {node.Found}: expected {Legal}");
            value = default;
            return false;
        }

        if (Parse(scalar, path, binding, out value) is not { } complaint)
        {
            return true;
        }

        binding.Refuse(node, path, $"'{path}'{(complaint.StartsWith(':') ? string.Empty : " ")}{complaint}");
        value = default;
        return false;
    }

    /// <summary>Reads a scalar; returns what is wrong with it, as it follows the key, or null.</summary>
    protected abstract string? Parse(ScalarNode scalar, string path, Binding binding, out T value);

    /// <summary><c>is 'x': expected …</c>.</summary>
    protected string Unexpected(ScalarNode scalar) => $"is {scalar.Found}: expected {Legal}";
}
