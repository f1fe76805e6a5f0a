using System.Collections.Immutable;
using System.Text.Json;
using LlmSim.Model.Catalog;
using LlmSim.Model.Hardware;
using LlmSim.Model.Units;
using Xunit;

namespace LlmSim.Tests.Model.Catalog;

public sealed class AcceleratorRecordTests
{
    private const string Minimal = """{ "name": "mine", "matrix_peak": { "bf16": "160 TFLOP/s" }, "memory": "24 GiB", "memory_bandwidth": "1 TB/s" }""";

    [Fact]
    public void A_minimal_record_reads_and_says_what_was_assumed()
    {
        Accelerator mine = Good(Minimal);
        Assert.Equal("mine", mine.Title);
        Assert.Equal(24 * Math.Pow(2, 30), mine.Memory.Value);
        Assert.Equal(FlopRate.Teraflops(10), mine.VectorPeak);
        Assert.Equal(108, mine.Multiprocessors);
        Assert.Equal("PCIe 5 x16", mine.HostLink?.Name);
        Assert.Null(mine.ScaleUp);
        foreach (string key in new[] { "vector_peak", "multiprocessors", "boost_clock", "host_link.bandwidth" })
        {
            Assert.StartsWith("assumed: ", mine.Sources[key].Source, StringComparison.Ordinal);
            Assert.False(mine.Sources[key].Verified);
        }

        Assert.False(mine.Sources["memory"].Verified);
    }

    [Fact]
    public void Figures_carry_their_own_source_or_the_records()
    {
        Accelerator mine = Good("""
            { "name": "mine", "source": "the sheet", "unverified": ["matrix_peak.fp8", "l2_cache"],
              "matrix_peak": { "bf16": "1 TFLOP/s", "fp8": "2 TFLOP/s" }, "memory": { "value": "1 GB", "source": "a probe" },
              "memory_bandwidth": { "value": "1 GB/s", "verified": false }, "l2_cache": "1 MiB" }
            """);
        Assert.Equal(new Figure("the sheet", true), mine.Sources["matrix_peak.bf16"]);
        Assert.Equal(new Figure("the sheet", false), mine.Sources["matrix_peak.fp8"]);
        Assert.Equal(new Figure("the sheet", false), mine.Sources["l2_cache"]);
        Assert.Equal(new Figure("a probe", true), mine.Sources["memory"]);
        Assert.Equal(new Figure("the sheet", false), mine.Sources["memory_bandwidth"]);
    }

    [Fact]
    public void A_link_may_name_a_network_of_the_catalog_or_be_written_out()
    {
        Accelerator mine = Good(With("\"scale_up\": \"nvlink-4\", \"host_link\": { \"name\": \"own\", \"bandwidth\": \"10 GB/s\", \"latency\": \"0 us\" }"));
        Assert.Equal(HardwareCatalog.Networks.Find("nvlink-4").Link, mine.ScaleUp);
        Assert.Equal(new Link("own", Bandwidth.GigabytesPerSecond(10), Seconds.Zero), mine.HostLink);
        Assert.Contains("scale_up.bandwidth", mine.Sources.Keys);
    }

    [Theory]
    [InlineData("\"memry\": \"1 GB\"", "memry", "did you mean 'memory'?")]
    [InlineData("\"multiprocessors\": 0", "multiprocessors", "at least 1, found 0")]
    [InlineData("\"multiprocessors\": 1.5", "multiprocessors", "found 1.5")]
    [InlineData("\"power_limit\": 300", "power_limit", "'300' has no unit")]
    [InlineData("\"power_limit\": \"300 GB\"", "power_limit", "'GB' is not a unit of power: legal are mW, W")]
    [InlineData("\"l2_cache\": \"-1 MiB\"", "l2_cache", "must be above zero")]
    [InlineData("\"l2_cache\": \"0 MiB\"", "l2_cache", "must be above zero")]
    [InlineData("\"l2_cache\": null", "l2_cache", "found nothing")]
    [InlineData("\"l2_cache\": { \"value\": \"1 MiB\", \"sorce\": \"x\" }", "l2_cache.sorce", "did you mean 'source'?")]
    [InlineData("\"class\": \"dataceter\"", "class", "did you mean 'datacenter'?")]
    [InlineData("\"unified_memory\": \"yes\"", "unified_memory", "expected true or false, found 'yes'")]
    [InlineData("\"scale_up\": \"nvlnk-4\"", "scale_up", "unknown network 'nvlnk-4'; did you mean 'nvlink-4'?")]
    [InlineData("\"scale_up\": { \"name\": \"x\" }", "scale_up.bandwidth", "missing")]
    [InlineData("\"scale_up\": { \"name\": \"x\", \"bandwidth\": \"1 GB/s\", \"latency\": \"-1 us\" }", "scale_up.latency", "zero or more")]
    [InlineData("\"memory\": \"2 GB\"", "memory", "the key occurs twice")]
    [InlineData("\"unverified\": [\"l2_cach\"], \"l2_cache\": \"1 MiB\"", "unverified", "'l2_cach' names no figure of this record; did you mean 'l2_cache'?")]
    [InlineData("\"unverified\": [7]", "unverified[0]", "expected a text, found 7")]
    public void A_bad_field_is_named_with_its_path_and_what_is_legal(string field, string path, string message)
    {
        RecordProblem problem = Assert.Single(Bad(With(field)));
        Assert.Equal(path, problem.Path);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"bf61\": \"1 TFLOP/s\"", "matrix_peak.bf61", "unknown number format 'bf61'; did you mean 'bf16'?")]
    [InlineData("\"fp8-block\": \"1 TFLOP/s\"", "matrix_peak.fp8-block", "unknown number format")]
    [InlineData("\"fp8\": 1979", "matrix_peak.fp8", "'1979' has no unit")]
    [InlineData("\"fp8\": \"1979 TFLOPS\"", "matrix_peak.fp8", "legal are FLOP/s")]
    public void A_bad_peak_is_named_with_its_format(string field, string path, string message)
    {
        RecordProblem problem = Assert.Single(Bad(Minimal.Replace("\"bf16\"", field + ", \"bf16\"", StringComparison.Ordinal)));
        Assert.Equal(path, problem.Path);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_problems_come_at_once()
    {
        ImmutableArray<RecordProblem> problems = Bad("""{ "title": 5, "memory": 80, "memory_bandwith": "1 TB/s" }""");
        Assert.Equal(["matrix_peak", "memory", "memory_bandwidth", "memory_bandwith", "name", "title"], problems.Select(static problem => problem.Path).Order());
        Assert.Equal("name: missing: a text is needed", problems[0].ToString());
    }

    [Theory]
    [InlineData("[]", "found a list")]
    [InlineData("7", "found 7")]
    [InlineData("null", "found nothing")]
    public void Something_that_is_not_an_object_is_a_problem_and_no_crash(string json, string message) =>
        Assert.Contains(Bad(json), problem => problem.Path.Length == 0 && problem.Message.Contains(message, StringComparison.Ordinal));

    private static string With(string field) => Minimal.Replace("\"name\"", field + ", \"name\"", StringComparison.Ordinal);

    private static Accelerator Good(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        Assert.True(AcceleratorRecord.TryRead(document.RootElement, out Accelerator? record, out ImmutableArray<RecordProblem> problems), string.Join("\n", problems));
        Assert.Empty(problems);
        return record;
    }

    private static ImmutableArray<RecordProblem> Bad(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        Assert.False(AcceleratorRecord.TryRead(document.RootElement, out Accelerator? record, out ImmutableArray<RecordProblem> problems));
        Assert.Null(record);
        return problems;
    }
}
