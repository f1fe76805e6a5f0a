using System.Text.Json;
using LlmSim.Model.Catalog;
using LlmSim.Model.Hardware;
using Xunit;

namespace LlmSim.Tests.Model.Catalog;

public sealed class RecordReaderTests
{
    [Fact]
    public void Nested_lists_and_numbers_read_with_their_paths()
    {
        using JsonDocument document = JsonDocument.Parse(
            """{ "layers": [{ "count": 3 }, { "count": "x", "cuont": 1 }, 5], "widths": [1, 2.5], "share": 1.5, "format": "FP8", "other": "bf8" }""");
        RecordReader reader = new(document.RootElement);
        Assert.Equal([3, 0, 0], reader.Objects("layers").Select(static layer => layer.Count("count")));
        Assert.Equal([1], reader.Counts("widths"));
        Assert.Null(reader.OptionalNumber("share", 0, 1));
        Assert.Equal(NumberFormat.Fp8, reader.OptionalFormat("format"));
        Assert.Null(reader.OptionalFormat("other"));
        Assert.False(reader.Finish());
        Assert.Equal(
            ["layers[1].count", "layers[1].cuont", "layers[2]", "layers[2].count", "other", "share", "widths[1]"],
            reader.Problems.Select(static problem => problem.Path).Order(StringComparer.Ordinal));
        Assert.Contains(reader.Problems, static problem => problem.Message.StartsWith("unknown key; did you mean 'count'?", StringComparison.Ordinal));
        Assert.Contains(reader.Problems, static problem => problem.Message == "expected a number from 0 to 1, found 1.5");
    }

    [Fact]
    public void Keys_that_were_asked_for_are_legal_and_need_not_be_there()
    {
        using JsonDocument document = JsonDocument.Parse("""{ "name": "x" }""");
        RecordReader reader = new(document.RootElement);
        Assert.Equal("x", reader.Text("name"));
        Assert.Null(reader.OptionalFlag("flag"));
        Assert.Null(reader.Object("inner"));
        Assert.Empty(reader.Texts("words"));
        Assert.Empty(reader.Objects("items"));
        Assert.True(reader.Finish());
        Assert.Empty(reader.Problems);
    }
}
