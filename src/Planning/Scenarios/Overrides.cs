using System.Collections.Immutable;
using LlmSim.Planning.Scenarios.Keys;

namespace LlmSim.Planning.Scenarios;

/// <summary>Changes keys of a scenario before it is bound: <c>--set parallel.tensor=4</c>.</summary>
/// <remarks>
/// A value is YAML: a scalar, or a mapping or list in braces. What an override sets stands at the file <c>--set</c>, line 1, and the column inside
/// its argument, so that binding refuses a wrong key or value there. Setting one of several keys that exclude each other, such as the sources of
/// traffic, removes the others.
/// </remarks>
public static class Overrides
{
    /// <summary>What stands in place of a file name in problems with overrides.</summary>
    public const string FileName = "--set";

    /// <summary>The nodes with the overrides <c>key.path=value</c> applied in order; overrides that cannot be applied are left out and reported.</summary>
    public static ScenarioNode Apply(ScenarioNode node, ImmutableArray<string> overrides, out ImmutableArray<Problem> problems)
    {
        ImmutableArray<Problem>.Builder refused = ImmutableArray.CreateBuilder<Problem>();
        foreach (string argument in overrides)
        {
            node = Apply(node, argument, refused);
        }

        problems = refused.ToImmutable();
        return node;
    }

    private static ScenarioNode Apply(ScenarioNode node, string argument, ImmutableArray<Problem>.Builder problems)
    {
        int equals = argument.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
        {
            problems.Add(new Problem(FileName, 1, 1, string.Empty, $"'{argument}' has no '=': expected key.path=value, such as parallel.tensor=4"));
            return node;
        }

        string path = argument[..equals].Trim();
        if (Steps(argument[..equals], path, problems) is not { } steps
            || Value(argument[(equals + 1)..], equals + 1, path, problems) is not { } value)
        {
            return node;
        }

        Section? section = node is MappingNode root ? RootKeys.For(root)?.Section ?? RootKeys.Undecided : null;
        int before = problems.Count;
        ScenarioNode changed = Set(node, steps, value, section, null, problems);
        if (problems.Count == before)
        {
            return changed;
        }

        problems[before] = problems[before] with { Path = path };
        return node;
    }

    /// <summary>The parts of a path, each with its column in the argument.</summary>
    private static ImmutableArray<ScalarNode>? Steps(string text, string path, ImmutableArray<Problem>.Builder problems)
    {
        ImmutableArray<ScalarNode>.Builder steps = ImmutableArray.CreateBuilder<ScalarNode>();
        int column = 1;
        foreach (string part in text.Split('.'))
        {
            int indent = part.Length - part.TrimStart().Length;
            steps.Add(new ScalarNode(part.Trim(), true, FileName, 1, column + indent));
            column += part.Length + 1;
        }

        if (steps.FirstOrDefault(static step => step.Value.Length == 0) is not { } empty)
        {
            return steps.ToImmutable();
        }

        problems.Add(empty.Problem(path, $"the key '{path}' has an empty part: expected key.path=value, such as parallel.tensor=4"));
        return null;
    }

    /// <summary>The value with places counted from the start of the argument.</summary>
    private static ScenarioNode? Value(string text, int offset, string path, ImmutableArray<Problem>.Builder problems)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return new ScalarNode(string.Empty, true, FileName, 1, offset + 1);
        }

        ScenarioNode? value = ScenarioText.Parse(text, FileName, out ImmutableArray<Problem> refused);
        problems.AddRange(refused.Select(problem => InArgument(problem with { Path = path }, text, offset)));
        if (value is null or ScalarNode || text.TrimStart()[0] is '{' or '[')
        {
            return value is null ? null : Moved(value, offset);
        }

        problems.Add(new Problem(FileName, 1, offset + 1, path,
            $"the value of '{path}' is {value.Found} without braces: write {{key: value}}, or put a text in quotes"));
        return null;
    }

    /// <summary>A problem with the value, moved to its column in the argument; the end of a value of one line is no second line.</summary>
    private static Problem InArgument(Problem problem, string text, int offset) => problem.Line switch
    {
        1 => problem with { Column = problem.Column + offset },
        _ when !text.Contains('\n', StringComparison.Ordinal) => problem with { Line = 1, Column = text.Length + offset + 1 },
        _ => problem,
    };

    private static ScenarioNode Moved(ScenarioNode node, int offset) => node switch
    {
        MappingNode mapping => mapping with
        {
            Column = Column(mapping, offset),
            Entries = [.. mapping.Entries.Select(entry => new MappingEntry((ScalarNode)Moved(entry.Key, offset), Moved(entry.Value, offset)))],
        },
        SequenceNode sequence => sequence with { Column = Column(sequence, offset), Items = [.. sequence.Items.Select(item => Moved(item, offset))] },
        _ => node with { Column = Column(node, offset) },
    };

    private static int Column(ScenarioNode node, int offset) => node.Line == 1 ? node.Column + offset : node.Column;

    private static ScenarioNode Set(
        ScenarioNode node, ImmutableArray<ScalarNode> steps, ScenarioNode value, Section? section, ScenarioKey? shorthand,
        ImmutableArray<Problem>.Builder problems)
    {
        if (node is ScalarNode brief && shorthand is not null)
        {
            node = new MappingNode([new MappingEntry(brief with { Value = shorthand.Name }, brief)], brief.File, brief.Line, brief.Column);
        }

        if (node is not MappingNode mapping)
        {
            problems.Add(steps[0].Problem(steps[0].Value,
                $"'{steps[0].Value}' cannot be set inside {node.Found} at {node.File}:{node.Line}: it is no mapping"));
            return node;
        }

        ScalarNode step = steps[0];
        ScenarioKey? key = section?.Find(step.Value);
        mapping = WithoutRivals(mapping, section, key);
        ScenarioNode inner = mapping.Child(step.Value) ?? new MappingNode([], FileName, 1, step.Column);
        ScenarioNode set = steps.Length == 1 ? value : Set(inner, steps[1..], value, key?.Shape.Section, key?.Shape.Shorthand, problems);
        ScalarNode place = steps.Length == 1 || mapping.Entry(step.Value) is not { } entry ? step : entry.Key;
        return mapping.With(new MappingEntry(place, set));
    }

    private static MappingNode WithoutRivals(MappingNode mapping, Section? section, ScenarioKey? key)
    {
        IEnumerable<KeyGroup> groups = section is null || key is null
            ? []
            : section.Groups.Where(group => group.AtMostOne && group.Keys.Contains(key));
        foreach (ScenarioKey rival in groups.SelectMany(static group => group.Keys).Where(rival => rival != key))
        {
            mapping = mapping.Without(rival.Name);
        }

        return mapping;
    }
}
