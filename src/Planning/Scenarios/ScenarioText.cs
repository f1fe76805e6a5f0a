using System.Collections.Immutable;
using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace LlmSim.Planning.Scenarios;

/// <summary>Reads YAML text into nodes with positions, and refuses the parts of YAML that make a file mean something else than it shows.</summary>
/// <remarks>
/// Refused are anchors, aliases and tags, several documents, keys that are not plain words, duplicate keys, deep nesting and large texts.
/// JSON is read too, since it is a part of YAML.
/// </remarks>
public static class ScenarioText
{
    /// <summary>The largest text that is read, in bytes of a file or characters of a string: 1 MiB, a thousand times a usual scenario.</summary>
    public const int MaxLength = 1 << 20;

    /// <summary>How deep mappings and lists may nest. Far above any record, far below what a call stack holds.</summary>
    public const int MaxDepth = 32;

    /// <summary>Reads a text, or returns null where it cannot be read; the problems name what was refused, each with its place.</summary>
    public static ScenarioNode? Parse(string text, string fileName, out ImmutableArray<Problem> problems)
    {
        if (FirstRefusal(text, fileName) is { } refusal)
        {
            problems = [refusal];
            return null;
        }

        var reading = new Reading(text, fileName);
        ScenarioNode? node = reading.Document();
        problems = [.. reading.Problems];
        return problems.IsEmpty ? node : null;
    }

    private static Problem? FirstRefusal(string text, string fileName)
    {
        if (text.Length > MaxLength)
        {
            return new Problem(fileName, 1, 1, string.Empty,
                string.Create(CultureInfo.InvariantCulture, $"the text has {text.Length} characters: at most {MaxLength} (1 MiB) are read"));
        }

        int nul = text.IndexOf('\0', StringComparison.Ordinal);
        return nul < 0 ? null : TextPosition.Problem(text, nul, fileName, "a NUL character: this is a binary file, expected YAML text in UTF-8");
    }

    /// <summary>Owns the event stream of one text and the problems met so far.</summary>
    private sealed class Reading(string text, string fileName)
    {
        private readonly Parser _parser = new(new Scanner(new StringReader(text.TrimStart('\uFEFF')), skipComments: true));
        private Mark _last = Mark.Empty;
        private bool _stopped;

        public List<Problem> Problems { get; } = [];

        public ScenarioNode? Document()
        {
            try
            {
                Advance();
                Advance();
                if (!Passed<DocumentStart>())
                {
                    Problems.Add(new Problem(fileName, 1, 1, string.Empty,
                        "the file is empty: expected keys such as 'kind: train' or 'kind: serve'"));
                    return null;
                }

                ScenarioNode? node = Node(0);
                if (!_stopped)
                {
                    Advance();
                    RefuseSecondDocument();
                }

                return node;
            }
            catch (YamlException problem)
            {
                Problems.Add(NotYaml(problem));
                return null;
            }
        }

        /// <summary>The mistake that the parser met. For a tab it points at the value before, so the tab, which no eye can see, is looked up.</summary>
        private Problem NotYaml(YamlException problem)
        {
            int start = TextPosition.LineStart(text, Line(problem.Start));
            int tab = problem.Message.Contains("tab ", StringComparison.Ordinal) ? TextPosition.IndentingTab(text, start) : -1;
            return tab >= 0
                ? TextPosition.Problem(text, tab, fileName, "this is not YAML: a tab in the indentation, expected spaces")
                : new Problem(fileName, Line(problem.Start), Column(problem.Start), string.Empty, "this is not YAML: " + Sentence(problem.Message));
        }

        private static int Line(Mark mark) => (int)Math.Clamp(mark.Line, 1, int.MaxValue);

        private static int Column(Mark mark) => (int)Math.Clamp(mark.Column, 1, int.MaxValue);

        private static string Sentence(string message) =>
            (message.Length == 0 ? "unreadable" : char.ToLowerInvariant(message[0]) + message[1..].TrimEnd('.')).ReplaceLineEndings(" ");

        private ParsingEvent Current => _parser.Current ?? throw new YamlException(_last, _last, "Unexpected end");

        /// <summary>Moves to the next event. On some broken texts the parser fails its own checks in place of naming the text's mistake.</summary>
        private void Advance()
        {
            _last = _parser.Current?.End ?? _last;
            try
            {
                _ = _parser.MoveNext();
            }
            catch (InvalidOperationException failure)
            {
                throw new YamlException(_last, _last, "What follows does not fit here (is a bracket, a brace or a quote not closed?)", failure);
            }
            catch (ArgumentException failure)
            {
                throw new YamlException(_last, _last, "What follows is malformed", failure);
            }
        }

        private bool Passed<T>()
            where T : ParsingEvent
        {
            bool passes = Current is T;
            if (passes)
            {
                Advance();
            }

            return passes;
        }

        private ScenarioNode? Node(int depth)
        {
            ParsingEvent next = Current;
            if (depth > MaxDepth)
            {
                return Stop(next, string.Create(CultureInfo.InvariantCulture, $"mappings and lists nest deeper than {MaxDepth}"));
            }

            RefuseDecoration(next);
            switch (next)
            {
                case Scalar scalar:
                    Advance();
                    return new ScalarNode(scalar.Value, scalar.Style == ScalarStyle.Plain, fileName, Line(scalar.Start), Column(scalar.Start));
                case MappingStart start:
                    return Mapping(start, depth);
                case SequenceStart start:
                    return Sequence(start, depth);
                case AnchorAlias alias:
                    Advance();
                    Refuse(alias, $"the alias '*{alias.Value}': aliases are not read, write the value out");
                    return new ScalarNode(string.Empty, true, fileName, Line(alias.Start), Column(alias.Start));
                default:
                    return Stop(next, "this is not YAML: expected a value");
            }
        }

        private MappingNode Mapping(MappingStart start, int depth)
        {
            Advance();
            ImmutableArray<MappingEntry>.Builder entries = ImmutableArray.CreateBuilder<MappingEntry>();
            var seen = new Dictionary<string, ScalarNode>(StringComparer.Ordinal);
            while (!_stopped && !Passed<MappingEnd>())
            {
                ScenarioNode? key = Node(depth + 1);
                ScenarioNode? value = _stopped ? null : Node(depth + 1);
                if (key is ScalarNode name && value is not null && IsNewKey(name, seen))
                {
                    entries.Add(new MappingEntry(name, value));
                }
                else if (key is not null and not ScalarNode)
                {
                    Problems.Add(key.Problem(string.Empty, $"{key.Found} as a key: expected a word"));
                }
            }

            return new MappingNode(entries.ToImmutable(), fileName, Line(start.Start), Column(start.Start));
        }

        private SequenceNode Sequence(SequenceStart start, int depth)
        {
            Advance();
            ImmutableArray<ScenarioNode>.Builder items = ImmutableArray.CreateBuilder<ScenarioNode>();
            while (!_stopped && !Passed<SequenceEnd>())
            {
                if (Node(depth + 1) is { } item)
                {
                    items.Add(item);
                }
            }

            return new SequenceNode(items.ToImmutable(), fileName, Line(start.Start), Column(start.Start));
        }

        private bool IsNewKey(ScalarNode name, Dictionary<string, ScalarNode> seen)
        {
            if (name.Value.Length == 0)
            {
                Problems.Add(name.Problem(string.Empty, "an empty key: expected a word before the colon"));
                return false;
            }

            if (seen.TryGetValue(name.Value, out ScalarNode? first))
            {
                string message = $"the key '{name.Value}' stands here a second time: the first is on line {first.Line.ToString(CultureInfo.InvariantCulture)}";
                Problems.Add(name.Problem(name.Value, message));
                return false;
            }

            seen.Add(name.Value, name);
            return true;
        }

        private void RefuseDecoration(ParsingEvent next)
        {
            if (next is not NodeEvent node)
            {
                return;
            }

            if (!node.Anchor.IsEmpty)
            {
                Refuse(next, $"the anchor '&{node.Anchor.Value}': anchors are not read, write the value out where it is needed");
            }

            if (!node.Tag.IsEmpty)
            {
                Refuse(next, $"the tag '{node.Tag}': tags are not read, the key says what its value is");
            }
        }

        private void RefuseSecondDocument()
        {
            if (Current is DocumentStart second)
            {
                Refuse(second, "a second document starts here: a file holds one");
            }
        }

        private void Refuse(ParsingEvent at, string message) =>
            Problems.Add(new Problem(fileName, Line(at.Start), Column(at.Start), string.Empty, message));

        private ScenarioNode? Stop(ParsingEvent at, string message)
        {
            _stopped = true;
            Refuse(at, message);
            return null;
        }
    }
}
