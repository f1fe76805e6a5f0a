using System.Collections.Immutable;
using System.Globalization;

namespace LlmSim.Planning.Scenarios;

/// <summary>A piece of a scenario file that knows where it stands.</summary>
/// <param name="File">The file as the user named it, or <c>--set</c> for an override.</param>
/// <param name="Line">Line of its first character, counted from one.</param>
/// <param name="Column">Column of its first character, counted from one.</param>
public abstract record ScenarioNode(string File, int Line, int Column)
{
    /// <summary>What a message calls it: its text in quotes, <c>a list</c> or <c>a mapping</c>.</summary>
    public abstract string Found { get; }

    /// <summary>The node at a path such as <c>matrix_peak.bf16</c> or <c>layers[2].size</c>, or the deepest one on the way to it that exists.</summary>
    /// <remarks>A reader that misses a key reports the path where the key should be: its nearest existing ancestor is the place to point at.</remarks>
    public ScenarioNode Find(string path)
    {
        ScenarioNode node = this;
        foreach (string part in path.Split(['.', '[', ']'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (node.Child(part) is not { } child)
            {
                return node;
            }

            node = child;
        }

        return node;
    }

    /// <summary>A problem at this place.</summary>
    public Problem Problem(string path, string message) => new(File, Line, Column, path, message);

    /// <summary>The value of a key or the item of a number, or null where there is none.</summary>
    public abstract ScenarioNode? Child(string part);
}

/// <summary>A single value: text, a number, a quantity.</summary>
/// <param name="Value">The text without its quotes.</param>
/// <param name="IsPlain">Whether it stands without quotes, so that it may be a number or a flag.</param>
/// <param name="File">The file as the user named it, or <c>--set</c> for an override.</param>
/// <param name="Line">Line of its first character, counted from one.</param>
/// <param name="Column">Column of its first character, counted from one.</param>
public sealed record ScalarNode(string Value, bool IsPlain, string File, int Line, int Column) : ScenarioNode(File, Line, Column)
{
    /// <summary>Long texts are cut in messages after this many characters.</summary>
    private const int LongestQuote = 60;

    /// <summary>Whether it is what YAML reads as nothing: an empty value, <c>null</c> or <c>~</c>, without quotes.</summary>
    public bool IsNothing => IsPlain && Value is "" or "~" or "null";

    /// <inheritdoc/>
    public override string Found =>
        (Value.Length <= LongestQuote ? $"'{Value}'" : $"'{Value[..LongestQuote]}…'") + (IsPlain ? string.Empty : " (quoted)");

    /// <inheritdoc/>
    public override ScenarioNode? Child(string part) => null;
}

/// <summary>A list of nodes.</summary>
/// <param name="Items">The items in order.</param>
/// <param name="File">The file as the user named it, or <c>--set</c> for an override.</param>
/// <param name="Line">Line of its first character, counted from one.</param>
/// <param name="Column">Column of its first character, counted from one.</param>
public sealed record SequenceNode(ImmutableArray<ScenarioNode> Items, string File, int Line, int Column) : ScenarioNode(File, Line, Column)
{
    /// <inheritdoc/>
    public override string Found => "a list";

    /// <inheritdoc/>
    public override ScenarioNode? Child(string part) =>
        int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < Items.Length ? Items[index] : null;
}
