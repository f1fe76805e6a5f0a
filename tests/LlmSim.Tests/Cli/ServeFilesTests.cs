using System.Globalization;
using System.Text.Json;
using LlmSim.Cli;
using LlmSim.Tests.Repository;
using Xunit;

namespace LlmSim.Tests.Cli;

/// <summary>Files that a serving run writes, against its answer.</summary>
public sealed class ServeFilesTests : IDisposable
{
    private static readonly string Classes = RepositoryFiles.At("scenarios", "serve", "traffic-classes.yaml");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("llmsim-serve");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_table_of_requests_has_each_once_and_the_means_of_the_answer()
    {
        Session session = Session.Run("run", Classes, "--json", "--requests", At("requests.csv"));
        JsonElement json = session.Json();
        Dictionary<string, string>[] rows = Rows("requests.csv");
        Assert.Equal(json.GetProperty("requests").GetProperty("arrived").GetInt64(), rows.Length);
        Assert.Equal(Enumerable.Range(0, rows.Length), rows.Select(static row => Whole(row["id"])).Order());
        foreach ((string column, string key) in new[] { ("ttft_s", "ttft_seconds"), ("tpot_s", "tpot_seconds"), ("e2e_s", "e2e_seconds"), ("queue_s", "queue_seconds") })
        {
            double mean = rows.Where(row => row["status"] == "completed" && row[column].Length > 0).Average(row => Number(row[column]));
            Assert.Equal(json.GetProperty(key).GetProperty("mean").GetDouble(), mean, 1e-8);
        }

        foreach (JsonElement one in json.GetProperty("classes").EnumerateArray())
        {
            double limit = one.GetProperty("slo").GetProperty("e2e_seconds").ValueKind == JsonValueKind.Number ? one.GetProperty("slo").GetProperty("e2e_seconds").GetDouble() : 1e9;
            Dictionary<string, string>[] members = [.. rows.Where(row => row["class"] == one.GetProperty("name").GetString())];
            Assert.Equal(one.GetProperty("ended").GetInt64(), members.Length);
            if (limit < 1e9)
            {
                Assert.Equal(one.GetProperty("good").GetInt64(), members.Count(row => Number(row["e2e_s"]) <= limit));
            }
        }
    }

    [Fact]
    public void The_timeline_is_in_order_and_ends_with_every_request()
    {
        JsonElement json = Session.Run("run", Classes, "--json", "--timeline", At("timeline.csv")).Json();
        Dictionary<string, string>[] rows = Rows("timeline.csv");
        Assert.InRange(rows.Length, 500, 2001);
        Assert.Equal(rows.Select(static row => Number(row["time_s"])).Order(), rows.Select(static row => Number(row["time_s"])));
        Assert.InRange(Number(rows[^1]["completed"]), 0.98 * json.GetProperty("requests").GetProperty("completed").GetInt64(), 1e9);
        Assert.All(rows, static row => Assert.InRange(Number(row["kv_used"]), 0, 1));
    }

    [Fact]
    public void The_trace_is_json_whose_phases_nest()
    {
        Session session = Session.Run("run", Classes, "--trace", At("trace.json"));
        Assert.Equal(ExitCode.Answer, session.Code);
        using JsonDocument trace = JsonDocument.Parse(File.ReadAllText(At("trace.json")));
        JsonElement[] events = [.. trace.RootElement.GetProperty("traceEvents").EnumerateArray()];
        Assert.Equal(1500 * 4, events.Count(static e => e.GetProperty("ph").GetString() == "b"));
        Assert.Equal(1500 * 4, events.Count(static e => e.GetProperty("ph").GetString() == "e"));
        Assert.Contains(events, static e => e.GetProperty("ph").GetString() == "C" && e.GetProperty("name").GetString() == "KV cache");
        JsonElement[] first = [.. events.Where(static e => e.TryGetProperty("id", out JsonElement id) && id.GetInt64() == 7)];
        double[] times = [.. first.Select(static e => e.GetProperty("ts").GetDouble())];
        Assert.Equal(times.Order(), times);
    }

    [Fact]
    public void The_page_tells_promises_and_the_verdict_on_the_load()
    {
        string page = Session.Run("run", Classes).Output;
        Assert.Contains("Promises", page, StringComparison.Ordinal);
        Assert.Contains("summaries", page, StringComparison.Ordinal);
        Assert.Contains("load", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_promise_that_no_request_can_keep_is_named()
    {
        string page = Session.Run("run", Session.ServeFile, "--set", "serving.slo.tpot=1 ms", "--set", "traffic.poisson.requests=50").Output;
        Assert.Contains("slo.tpot", page, StringComparison.Ordinal);
        Assert.Contains("no request can keep", page.Replace("\n", " ", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Requests_of_a_training_step_and_a_file_that_cannot_be_written_are_refused()
    {
        Session.Run("run", Session.TrainFile, "--requests", At("x.csv")).Refused("this scenario trains");
        Session.Run("run", Classes, "--requests", At("no/such/folder.csv")).Refused("--requests", "cannot be written");
    }

    private static double Number(string cell) => double.Parse(cell, CultureInfo.InvariantCulture);

    private static int Whole(string cell) => int.Parse(cell, CultureInfo.InvariantCulture);

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private Dictionary<string, string>[] Rows(string name)
    {
        string[] lines = File.ReadAllLines(At(name));
        string[] header = lines[0].Split(',');
        return [.. lines.Skip(1).Select(line => header.Zip(line.Split(',')).ToDictionary(static pair => pair.First, static pair => pair.Second))];
    }
}
