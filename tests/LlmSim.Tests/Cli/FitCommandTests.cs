using System.Globalization;
using System.Text.Json;
using LlmSim.Cli;
using Xunit;

namespace LlmSim.Tests.Cli;

/// <summary>The command <c>fit</c>, from files to files.</summary>
public sealed class FitCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("llmsim-fit-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_measured_step_makes_an_efficiency_under_which_the_scenario_predicts_it()
    {
        string file = At("mine.json");
        Session fitted = Session.Run("fit", Session.TrainFile, "--measured", "step_seconds=1.10s", "--out", file, "--json");
        Assert.Equal(ExitCode.Answer, fitted.Code);
        JsonElement constant = Assert.Single(fitted.Json().GetProperty("constants").EnumerateArray());
        Assert.Equal("training.gemm_factor", constant.GetProperty("constant").GetString());
        Assert.True(constant.GetProperty("standard_error").GetDouble() > 0);
        double step = Session.Run("run", Session.TrainFile, "--set", "efficiency=" + file, "--json").Json().GetProperty("step_seconds").GetDouble();
        Assert.Equal(1.10, step, 1e-3);
    }

    [Fact]
    public void Rows_of_a_table_make_the_constants_that_they_were_written_with()
    {
        // Streams of a made-up device: 5 us and half of 3.35 TB/s, on products so thin that only their bytes count.
        string table = At("rows.csv");
        File.WriteAllLines(table, ["gpu,dtype,m,n,k,seconds", .. Thin().Select(static row => string.Create(CultureInfo.InvariantCulture, $"h100-sxm,bf16,1,{row.N},{row.K},{row.Seconds}"))]);
        string file = At("thin.json");
        Session fitted = Session.Run("fit", "--measurements", table, "--device", "h100", "--out", file, "--json");
        JsonElement json = fitted.Code == ExitCode.Answer ? fitted.Json() : default;
        string text = fitted.Code == ExitCode.Answer ? json.ToString() : fitted.Error;

        // One row a weight cannot tell arithmetic from memory: that has to be said, not guessed.
        Assert.Contains("gemm.bf16", text, StringComparison.Ordinal);
        Assert.Contains("cannot tell", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_existing_file_is_kept_unless_force_is_given()
    {
        string file = At("kept.json");
        File.WriteAllText(file, "mine");
        Session.Run("fit", Session.TrainFile, "--measured", "step_seconds=1.10s", "--out", file).Refused("exists", "--force");
        Assert.Equal("mine", File.ReadAllText(file));
        Assert.Equal(ExitCode.Answer, Session.Run("fit", Session.TrainFile, "--measured", "step_seconds=1.10s", "--out", file, "--force").Code);
    }

    [Theory]
    [InlineData("step_secs=1s", "step_seconds, tokens_per_second")]
    [InlineData("step_seconds=1", "unit")]
    [InlineData("step_seconds=-1s", "above zero")]
    [InlineData("tokens_per_second=fast", "not a rate")]
    [InlineData("step_seconds=90s", "lies outside")]
    public void A_wrong_measurement_is_refused_and_nothing_is_written(string measured, string message)
    {
        string file = At("never.json");
        Session.Run("fit", Session.TrainFile, "--measured", measured, "--out", file).Refused(message);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public void Tables_need_a_device_that_the_catalog_knows() =>
        Session.Run("fit", "--measurements", _folder, "--device", "h10", "--out", At("x.json")).Refused("--device", "nearest are");

    [Fact]
    public void Either_tables_or_a_scenario_is_needed() => Session.Run("fit", "--out", At("x.json")).Refused("--measurements", "--measured");

    private static IEnumerable<(int N, int K, double Seconds)> Thin() =>
        Enumerable.Range(0, 40).Select(static i => (32768 * (1 + (i % 5)), 2048 * (1 + (i / 5)))).Select(static s => (s.Item1, s.Item2, 5e-6 + (2d * s.Item1 * s.Item2 / 1.675e12)));

    private string At(string name) => Path.Combine(_folder, name);
}
