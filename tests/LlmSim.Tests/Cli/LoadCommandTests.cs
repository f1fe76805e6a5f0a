using System.Text.Json;
using LlmSim.Cli;
using LlmSim.Tests.Repository;
using Xunit;

namespace LlmSim.Tests.Cli;

public sealed class LoadCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("llmsim-load");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_load_test_finds_where_the_server_saturates_and_its_latency_rises_with_load()
    {
        string chart = Path.Combine(_folder.FullName, "load.svg");
        string[] args = ["load", Session.ServeFile, "--points", "6", "--set", "traffic.poisson.requests=600", "--json", "--chart", chart];
        Session session = Session.Run(args);
        JsonElement json = session.Json();
        JsonElement[] points = [.. json.GetProperty("points").EnumerateArray()];
        double[] latency = [.. points.Select(static point => point.GetProperty("tpot_seconds").GetProperty("mean").GetDouble())];
        Assert.True(latency[0] < latency[^1]);
        Assert.True(json.GetProperty("knee_load").GetDouble() <= json.GetProperty("saturation_load").GetDouble());
        Assert.InRange(json.GetProperty("saturation_load").GetDouble(), points[0].GetProperty("load").GetDouble(), points[^1].GetProperty("load").GetDouble());
        Assert.Equal(session.Output, Session.Run(args).Output);
        Assert.Contains("<svg", File.ReadAllText(chart), StringComparison.Ordinal);
    }

    [Fact]
    public void A_range_of_clients_is_a_table_for_people()
    {
        string file = RepositoryFiles.At("scenarios", "serve", "llama-3.1-70b-fp8-8xh200-closed-loop.yaml");
        Session session = Session.Run("load", file, "--rate", "4..16", "--points", "2", "--set", "traffic.closed_loop.requests=48");
        Assert.Equal(ExitCode.Answer, session.Code);
        Assert.Contains("clients", session.Output, StringComparison.Ordinal);
        Assert.Contains("knee", session.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("20..2")]
    [InlineData("5")]
    [InlineData("0..2")]
    [InlineData("1..NaN")]
    public void A_range_that_is_none_is_refused(string rate) => Session.Run("load", Session.ServeFile, "--rate", rate).Refused("--rate " + rate, "two rising numbers");

    [Fact]
    public void Wrong_questions_are_refused_all_at_once()
    {
        Session.Run("load", Session.TrainFile).Refused("this scenario trains");
        Session.Run("load", Session.ServeFile, "--points", "1", "--chart", "x.pdf").Refused("--points 1", "--chart x.pdf");
    }

    [Fact]
    public void A_trace_of_one_request_has_no_rate()
    {
        string trace = Path.Combine(_folder.FullName, "one.csv");
        File.WriteAllText(trace, "arrived_at,num_prefill_tokens,num_decode_tokens\n0,5,5\n");
        Session.Run("load", Session.ServeFile, "--set", "traffic.trace=" + trace).Refused("one.csv", "two or more");
    }
}
