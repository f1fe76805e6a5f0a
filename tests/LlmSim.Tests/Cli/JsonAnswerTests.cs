using System.Globalization;
using LlmSim.Cli;
using LlmSim.Cli.Output.Json;
using Xunit;

namespace LlmSim.Tests.Cli;

public sealed class JsonAnswerTests
{
    [Fact]
    public void What_is_not_a_finite_number_becomes_null() =>
        Assert.Equal("{\n  \"a\": null,\n  \"b\": null,\n  \"c\": null,\n  \"d\": 0.5\n}\n", Written(static json => json
            .Number("a", double.NaN).Number("b", double.PositiveInfinity).Number("c", null).Number("d", 0.5)));

    [Fact]
    public void Numbers_are_written_alike_in_every_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo(string.Empty) { NumberFormat = { NumberDecimalSeparator = ",", NumberGroupSeparator = "." } };
            Assert.Contains("1234.5", Written(static json => json.Number("a", 1234.5)), StringComparison.Ordinal);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static string Written(Action<JsonAnswer> write)
    {
        using StringWriter target = new();
        using JsonAnswer json = new();
        write(json);
        json.Finish(target, ExitCode.Answer);
        return target.ToString();
    }
}
