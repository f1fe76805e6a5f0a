using System.Collections.Immutable;
using LlmSim.Planning.Scenarios;
using Xunit;

namespace LlmSim.Tests.Planning.Scenarios;

public sealed class ScenarioTextTests
{
    [Theory]
    [InlineData("a: &x 1", 1, 4, "the anchor '&x': anchors are not read, write the value out where it is needed")]
    [InlineData("a: *x", 1, 4, "the alias '*x': aliases are not read, write the value out")]
    [InlineData("b: 1\na: !!int 3", 2, 4, "the tag 'tag:yaml.org,2002:int': tags are not read, the key says what its value is")]
    [InlineData("a: 1\n---\nb: 2", 2, 1, "a second document starts here: a file holds one")]
    [InlineData("a: 1\nb:\n  c: 1\n  c: 2", 4, 3, "the key 'c' stands here a second time: the first is on line 3")]
    [InlineData("", 1, 1, "the file is empty: expected keys such as 'kind: train' or 'kind: serve'")]
    [InlineData("# nothing\n", 1, 1, "the file is empty: expected keys such as 'kind: train' or 'kind: serve'")]
    [InlineData("[a]: 1", 1, 1, "a list as a key: expected a word")]
    [InlineData(": 1", 1, 1, "an empty key: expected a word before the colon")]
    [InlineData("a: b\nc\0d", 2, 2, "a NUL character: this is a binary file, expected YAML text in UTF-8")]
    public void What_makes_a_file_mean_something_else_than_it_shows_is_refused(string text, int line, int column, string message)
    {
        Assert.Null(ScenarioText.Parse(text, "f.yaml", out ImmutableArray<Problem> problems));

        Assert.Equal(new Problem("f.yaml", line, column, problems[0].Path, message), Assert.Single(problems));
    }

    [Theory]
    [InlineData("a: [1, 2\nb: 3", 1, 6)]
    [InlineData("a: 1\n\tb: 2", 2, 1)]
    [InlineData("a: 'x", 1, 4)]
    [InlineData("a:\n  b: 1\n c: 2", 3, 2)]
    [InlineData("a: b: c", 1, 5)]
    [InlineData("a: 1\nb", 2, 1)]
    [InlineData("a: @x", 1, 4)]
    public void Text_that_is_not_YAML_is_refused_once_with_its_place(string text, int line, int column)
    {
        Assert.Null(ScenarioText.Parse(text, "f.yaml", out ImmutableArray<Problem> problems));

        Problem problem = Assert.Single(problems);
        Assert.StartsWith("this is not YAML: ", problem.Message, StringComparison.Ordinal);
        Samples.IsAt(problem, line, column);
    }

    [Fact]
    public void Texts_over_one_mebibyte_are_refused()
    {
        Assert.Null(ScenarioText.Parse(new string('#', ScenarioText.MaxLength + 1), "f.yaml", out ImmutableArray<Problem> problems));

        Assert.Equal("f.yaml:1:1: the text has 1048577 characters: at most 1048576 (1 MiB) are read", Assert.Single(problems).ToString());
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    public void Deep_nesting_is_refused_before_the_stack_is_full(string opening)
    {
        Assert.Null(ScenarioText.Parse(string.Concat(Enumerable.Repeat(opening, 100_000)), "f.yaml", out ImmutableArray<Problem> problems));

        Assert.Equal("mappings and lists nest deeper than 32", Assert.Single(problems).Message);
    }

    [Fact]
    public void Every_node_knows_where_it_stands_and_is_found_by_its_path()
    {
        ScenarioNode root = ScenarioText.Parse("a:\n  b: 1\n  list:\n    - x\n    - {size: 3}\n", "f.yaml", out _)!;

        Assert.Equal((2, 6), (root.Find("a.b").Line, root.Find("a.b").Column));
        Assert.Equal("3", Assert.IsType<ScalarNode>(root.Find("a.list[1].size")).Value);
        Assert.Equal((5, 14), (root.Find("a.list[1].size").Line, root.Find("a.list[1].size").Column));
        Assert.Same(root.Find("a"), root.Find("a.missing.deeper"));
    }

    [Fact]
    public void JSON_with_tabs_escapes_and_a_byte_order_mark_is_read_too()
    {
        ScenarioNode? root = ScenarioText.Parse("\uFEFF{\n\t\"a\": {\"b\":1.5e-3,\t\"c\": null},\n\t\"d\": [true, \"x\\/\\u00e9\"]\n}\n", "f.json", out ImmutableArray<Problem> problems);

        Assert.Empty(problems);
        Assert.Equal("""{"a":{"b":1.5e-3,"c":null},"d":[true,"x/é"]}""", NodeJson.ToElement(root!).GetRawText().Replace("\\u00E9", "é", StringComparison.Ordinal));
    }

    [Fact]
    public void Only_plain_numbers_and_flags_become_JSON_numbers_and_flags()
    {
        ScenarioNode root = ScenarioText.Parse("[1, -2.5, 1e9, true, null, '1', \"true\", 80 GiB, 1_000, 007, .5, yes]", "f.yaml", out _)!;

        Assert.Equal("""[1,-2.5,1e9,true,null,"1","true","80 GiB","1_000","007",".5","yes"]""", NodeJson.ToElement(root).GetRawText());
    }
}
