using System.Text.Json;
using LlmSim.Cli;
using LlmSim.Cli.Output;
using LlmSim.Tests.Repository;
using Xunit;

namespace LlmSim.Tests.Cli;

public sealed class OtherCommandsTests
{
    public static TheoryData<string> Scenarios =>
    [
        .. Directory.EnumerateFiles(RepositoryFiles.At("scenarios"), "*.yaml", SearchOption.AllDirectories)
            .Select(static file => Path.GetRelativePath(RepositoryFiles.Root, file))
            .Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void Every_scenario_of_the_repository_is_legal_and_fits(string file)
    {
        string path = RepositoryFiles.At(file);
        Session check = Session.Run("check", path);
        Assert.Equal(string.Empty, check.Error);
        Assert.Equal(path + ": ok\n", check.Output);
        Assert.Equal(ExitCode.Answer, Session.Run("memory", path).Code);
    }

    [Fact]
    public void Check_reports_the_problems_of_all_files()
    {
        string directory = RepositoryFiles.At("scenarios");
        Session.Run("check", Session.ServeFile, directory, "no-such.yaml").Refused(directory + ":1:1:", "no-such.yaml:1:1:");
    }

    [Fact]
    public void The_parts_of_a_memory_account_sum_to_its_peak()
    {
        JsonElement memory = Session.Run("memory", Session.TrainFile, "--json").Json().GetProperty("memory");
        double parts = memory.GetProperty("parts").EnumerateArray().Sum(static part => part.GetProperty("bytes").GetDouble());
        Assert.Equal(memory.GetProperty("peak_bytes_per_device").GetDouble(), parts, 1);
        Assert.All(memory.GetProperty("parts").EnumerateArray(), static part => Assert.NotEmpty(part.GetProperty("source").GetString()!));
    }

    [Fact]
    public void A_memory_account_that_does_not_fit_exits_with_1_and_keeps_its_parts()
    {
        Session session = Session.Run("memory", Session.TrainFile, "--json", "--set", "parallel={tensor: 1}", "--set", "devices=1");
        Assert.Equal(ExitCode.Infeasible, session.Code);
        Assert.False(session.Json().GetProperty("feasible").GetBoolean());
        Assert.NotEmpty(session.Json().GetProperty("memory").GetProperty("parts").EnumerateArray());
    }

    [Fact]
    public void The_roofline_says_what_attention_moves_by_algorithm()
    {
        // Unfused over N = 8192 and d = 128 in two bytes: 2·(4N² + 4Nd) = 520 MiB; FlashAttention-2: 2·(4Nd + N) = 8.016 MiB.
        string page = Session.Run("roofline", Session.ServeFile).Output.ReplaceLineEndings(" ");
        Assert.Contains("520 MiB unfused", page, StringComparison.Ordinal);
        Assert.Contains("8.016 MiB by FlashAttention-2", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_roofline_of_decoding_one_sequence_is_bound_by_memory_or_launch()
    {
        JsonElement decode = Session.Run("roofline", Session.ServeFile, "--batch", "1", "--json").Json().GetProperty("decode");
        JsonElement down = Operators(decode).Single(static op => op.GetProperty("name").GetString() == "down");

        // One row: 2·14336·4096 operations over about 2·14336·4096 bytes of bf16 weights.
        Assert.Equal(2d * 14336 * 4096, down.GetProperty("flops").GetDouble());
        Assert.Equal(1, down.GetProperty("flops_per_byte").GetDouble(), 0.01);
        Assert.Equal("memory", down.GetProperty("bound_by").GetString());
        Assert.Equal(989e12 / 3.35e12, down.GetProperty("ridge_flops_per_byte").GetDouble(), 1e-6);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Explanations_name_a_formula_with_a_source_for_each_operator(bool train)
    {
        JsonElement json = Session.Run("explain", train ? Session.TrainFile : Session.ServeFile, "--json").Json();
        string[] formulas = [.. json.GetProperty("formulas").EnumerateArray().Select(static formula => formula.GetProperty("name").GetString()!)];
        Assert.All(json.GetProperty("formulas").EnumerateArray(), static formula => Assert.NotEmpty(formula.GetProperty("source").GetString()!));
        JsonElement table = json.GetProperty(train ? "micro_batch" : "decode");
        Assert.All(Operators(table), op => Assert.Contains(op.GetProperty("formula").GetString(), formulas));
    }

    [Theory]
    [InlineData("roofline", false)]
    [InlineData("roofline", true)]
    [InlineData("explain", false)]
    [InlineData("explain", true)]
    public void Tables_of_operators_fit_the_page(string command, bool train)
    {
        Session session = Session.Run(command, train ? Session.TrainFile : Session.ServeFile);
        Assert.Equal(ExitCode.Answer, session.Code);
        Assert.All(session.Output.Split('\n'), static line => Assert.True(line.Length <= 100, line));
    }

    [Theory]
    [InlineData("memory")]
    [InlineData("roofline")]
    [InlineData("explain")]
    public void A_narrow_page_leaves_out_columns_and_keeps_its_width(string command)
    {
        Session session = Session.On(new Terminal(60, false), command, Session.TrainFile);
        Assert.Equal(ExitCode.Answer, session.Code);
        Assert.All(session.Output.Split('\n'), static line => Assert.True(line.Length <= 60, line));
    }

    [Fact]
    public void The_schema_is_json()
    {
        Assert.Equal(JsonValueKind.Object, Session.Run("schema").Json().ValueKind);
        Assert.StartsWith("#", Session.Run("schema", "--reference").Output, StringComparison.Ordinal);
    }

    private static IEnumerable<JsonElement> Operators(JsonElement table) =>
        table.GetProperty("groups").EnumerateArray().SelectMany(static group => group.GetProperty("operators").EnumerateArray());
}
