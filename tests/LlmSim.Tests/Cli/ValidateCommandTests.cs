using System.Globalization;
using System.Text.Json;
using LlmSim.Cli;
using Xunit;

namespace LlmSim.Tests.Cli;

public sealed class ValidateCommandTests : IDisposable
{
    private const string Gemm = """
        gpu,dtype,m,n,k,seconds,stack
        h100,bf16,4096,4096,4096,0.0002,mine
        h100,bf16,64,4096,4096,0.00001,mine
        h100,bf16,64,4096,4096,0.00003,mine
        what,bf16,64,4096,4096,0.00001,mine
        h100,bf16,64,4096,4096,-1,mine
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("llmsim-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public void The_JSON_names_groups_totals_and_reasons()
    {
        Write("gemm.csv", Gemm);
        Write("other.csv", "x,y\n1,2\n3,4\n");
        Session session = Session.Run("validate", "--measurements", _folder, "--json");
        Assert.Equal(ExitCode.Answer, session.Code);
        JsonElement answer = session.Json();
        JsonElement[] groups = [.. answer.GetProperty("groups").EnumerateArray()];
        Assert.Equal(["gemm", "gemm", "other"], groups.Select(static group => group.GetProperty("table").GetString()));
        Assert.Equal(
            ["table", "gpu", "dtype", "source", "metric", "rows", "skipped", "mape", "median_ape", "p90_ape", "bias", "band_coverage", "faulty"],
            groups[0].EnumerateObject().Select(static member => member.Name));
        Assert.Equal(("h100", 4, 3), (groups[0].GetProperty("gpu").GetString(), groups[0].GetProperty("rows").GetInt32(), groups[0].GetProperty("skipped").GetInt32()));
        Assert.InRange(groups[0].GetProperty("mape").GetDouble(), 0, 0.3);
        Assert.Equal(JsonValueKind.Null, groups[2].GetProperty("mape").ValueKind);
        Assert.Equal(7, answer.GetProperty("rows_total").GetInt32());
        Assert.Equal(
            [("bad measurement", 1), ("duplicate with another time", 2), ("unknown gpu", 1), ("unknown table", 2)],
            answer.GetProperty("skipped_reasons").EnumerateObject().Select(static reason => (reason.Name, reason.Value.GetInt32())));
        foreach (string place in new[] { "gemm.csv:3:", "gemm.csv:4:", "gemm.csv:5:", "gemm.csv:6:", "other.csv:1:" })
        {
            Assert.Contains(place, session.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Groups_are_those_asked_for()
    {
        string file = Write("gemm.csv", Gemm);
        JsonElement group = Assert.Single(Session.Run("validate", "--measurements", file, "--by", "dtype", "--json").Json().GetProperty("groups").EnumerateArray());
        Assert.Equal("bf16", group.GetProperty("dtype").GetString());
        Assert.False(group.TryGetProperty("table", out _));
    }

    [Fact]
    public void Every_row_is_written_with_its_prediction_and_band()
    {
        string file = Write("gemm.csv", Gemm);
        string target = Path.Combine(_folder, "rows.txt");
        Assert.Equal(ExitCode.Answer, Session.Run("validate", "--measurements", file, "--csv", target).Code);
        string[] lines = File.ReadAllLines(target);
        Assert.Equal("table,row,id,gpu,metric,measured,predicted,low,high,skipped", lines[0]);
        Assert.Equal(6, lines.Length);
        string[] first = lines[1].Split(',');
        Assert.Equal(["gemm", "2", "2", "h100", "seconds", "0.0002"], first[..6]);
        double[] band = [.. first[6..9].Select(static cell => double.Parse(cell, CultureInfo.InvariantCulture))];
        Assert.True(band[1] < band[0] && band[0] < band[2]);
        Assert.Equal(string.Empty, first[9]);
        Assert.EndsWith(",,,,unknown gpu", lines[4], StringComparison.Ordinal);
        Assert.Equal(["gemm.csv", "rows.txt"], Directory.GetFiles(_folder).Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_efficiency_is_taken_from_the_catalog_by_name()
    {
        string file = Write("gemm.csv", Gemm);
        double own = Mape(Session.Run("validate", "--measurements", file, "--by", "dtype", "--json"));
        double other = Mape(Session.Run("validate", "--measurements", file, "--by", "dtype", "--json", "--efficiency", "a100-sxm-80gb"));
        Assert.Equal(own, Mape(Session.Run("validate", "--measurements", file, "--by", "dtype", "--json", "--efficiency", "h100-sxm")));
        Assert.NotEqual(own, other);
    }

    [Fact]
    public void Input_that_is_not_there_is_refused_all_at_once() =>
        Session.Run("validate", "--measurements", Path.Combine(_folder, "no.csv"), "--by", "colour", "--efficiency", "h1000", "--worst", "-1")
            .Refused("no.csv: no such file", "'colour'", "'h1000'", "--worst");

    [Fact]
    public void An_answer_that_cannot_be_written_is_refused() =>
        Session.Run("validate", "--measurements", Write("gemm.csv", Gemm), "--csv", Path.Combine(_folder, "no", "rows.csv")).Refused("cannot be written");

    [Fact]
    public void The_page_shows_errors_reasons_and_worst_rows()
    {
        string page = Session.Run("validate", "--measurements", Write("gemm.csv", Gemm), "--worst", "1").Output;
        foreach (string text in new[] { "gemm", "mean", "median", "bias", "unknown gpu", "Worst rows", "0.0002" })
        {
            Assert.Contains(text, page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Published_tables_are_within_their_recorded_tolerances()
    {
        Session session = Session.Run("validate", "--json");
        Assert.Equal(string.Empty, session.Error);
        Assert.Equal(ExitCode.Answer, session.Code);
        JsonElement[] results = [.. session.Json().GetProperty("tolerances").EnumerateArray()];
        Assert.NotEmpty(results);
        Assert.All(results, static result => Assert.True(result.GetProperty("within").GetBoolean(), result.ToString()));
        Assert.Contains("Against recorded tolerances", Session.Run("validate").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Published_tables_far_from_the_predictions_exit_with_1() =>
        Assert.Equal(ExitCode.Infeasible, Session.Run("validate", "--efficiency", "a100-sxm-80gb").Code);

    [Fact]
    public void The_answer_does_not_depend_on_threads()
    {
        string file = Write("gemm.csv", "gpu,dtype,m,n,k,seconds\n" + string.Join('\n', Enumerable.Range(1, 500).Select(static i => FormattableString.Invariant($"h100,bf16,{i},4096,4096,1e-5"))));
        string first = Session.Run("validate", "--measurements", file, "--json", "--worst", "5").Output;
        Assert.Equal(first, Session.Run("validate", "--measurements", file, "--json", "--worst", "5").Output);
    }

    [Theory]
    [InlineData("kernels/gemm.csv", 9051, 0)]
    [InlineData("kernels/attention_prefill.csv", 5455, 2)]
    [InlineData("kernels/attention_decode.csv", 6480, 0)]
    [InlineData("kernels/moe.csv", 9592, 0)]
    [InlineData("kernels/mla.csv", 7227, 0)]
    [InlineData("kernels/collectives.csv", 1770, 0)]
    public void Every_row_of_the_kernel_tables_is_priced(string table, int rows, int skipped)
    {
        JsonElement answer = Session.Run("validate", "--measurements", GroundTruth.Path(table), "--json").Json();
        JsonElement total = answer.GetProperty("total");
        Assert.Equal((rows, skipped), (total.GetProperty("rows").GetInt32(), total.GetProperty("skipped").GetInt32()));
        Assert.InRange(total.GetProperty("median_ape").GetDouble(), 0, 0.25);
    }

    private static double Mape(Session session) => session.Json().GetProperty("groups")[0].GetProperty("mape").GetDouble();

    private string Write(string name, string content)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, content);
        return path;
    }
}
