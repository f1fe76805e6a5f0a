using System.Text.Json;
using LlmSim.Cli;
using LlmSim.Cli.Output;
using Xunit;

namespace LlmSim.Tests.Cli;

public sealed class RunCommandTests
{
    private static readonly string[] TrainKeys =
    [
        "kind", "feasible", "step_seconds", "tokens_per_second", "model_flops_per_second_per_device", "mfu", "hfu", "flops_convention", "bubble_fraction",
        "memory", "breakdown_seconds", "cost", "energy",
    ];

    private static readonly string[] ServeKeys =
    [
        "kind", "feasible", "requests", "ttft_seconds", "tpot_seconds", "itl_seconds", "e2e_seconds", "queue_seconds", "output_tokens_per_second",
        "total_tokens_per_second", "utilization", "kv", "cost", "energy",
    ];

    [Fact]
    public void A_training_answer_has_the_agreed_keys_and_its_breakdown_sums_to_the_step()
    {
        JsonElement json = Answer("run", Session.TrainFile, "--json");
        Assert.Empty(TrainKeys.Except(Keys(json)));
        Assert.Equal(["compute", "memory", "network", "launch", "host", "bubble", "optimizer"], Keys(json.GetProperty("breakdown_seconds")));
        double step = json.GetProperty("step_seconds").GetDouble();
        double parts = json.GetProperty("breakdown_seconds").EnumerateObject().Sum(static part => part.Value.GetDouble());
        Assert.Equal(step, parts, 1e-9 * step);
        Assert.True(json.GetProperty("memory").GetProperty("peak_bytes_per_device").GetDouble() > 0);
        Assert.Equal(JsonValueKind.Null, json.GetProperty("cost").ValueKind);
    }

    [Fact]
    public void Throughput_times_step_is_the_tokens_of_the_scenario()
    {
        JsonElement json = Answer("run", Session.TrainFile, "--json");
        Assert.Equal(4 * 2048, json.GetProperty("tokens_per_second").GetDouble() * json.GetProperty("step_seconds").GetDouble(), 1e-6);
    }

    [Fact]
    public void A_serving_answer_has_the_agreed_keys_and_every_request_has_an_end()
    {
        JsonElement json = Answer("run", Session.ServeFile, "--json");
        Assert.Empty(ServeKeys.Except(Keys(json)));
        Assert.Equal(["mean", "p50", "p90", "p95", "p99", "max"], Keys(json.GetProperty("ttft_seconds")));
        Assert.Equal(["usd_total", "usd_per_hour", "usd_per_million_output_tokens"], Keys(json.GetProperty("cost")));
        Assert.Equal(["joules_total", "average_watts_per_device", "joules_per_output_token"], Keys(json.GetProperty("energy")));
        JsonElement requests = json.GetProperty("requests");
        string[] ends = ["completed", "rejected", "timed_out", "failed", "unfinished"];
        Assert.Equal(requests.GetProperty("arrived").GetInt64(), ends.Sum(end => requests.GetProperty(end).GetInt64()));
        JsonElement cost = json.GetProperty("cost");
        double hours = json.GetProperty("run").GetProperty("seconds").GetDouble() / 3600;
        Assert.Equal(cost.GetProperty("usd_per_hour").GetDouble() * hours, cost.GetProperty("usd_total").GetDouble(), 1e-9);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_same_question_has_the_same_answer_to_the_byte(bool train)
    {
        string file = train ? Session.TrainFile : Session.ServeFile;
        Assert.Equal(Session.Run("run", file, "--json").Output, Session.Run("run", file, "--json").Output);
    }

    [Fact]
    public void What_does_not_fit_is_an_answer_with_the_reason_and_the_nearest_change()
    {
        Session session = Session.Run("run", Session.TrainFile, "--json", "--set", "parallel={tensor: 1}", "--set", "devices=1");
        Assert.Equal(ExitCode.Infeasible, session.Code);
        JsonElement json = session.Json();
        Assert.Equal("train", json.GetProperty("kind").GetString());
        Assert.False(json.GetProperty("feasible").GetBoolean());
        Assert.Contains("out of memory", json.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Contains("fits", json.GetProperty("nearest").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_without_room_for_its_weights_is_infeasible()
    {
        Session session = Session.Run("run", Session.ServeFile, "--set", "accelerator=l4", "--set", "model=llama-3.1-70b");
        Assert.Equal(ExitCode.Infeasible, session.Code);
        Assert.Contains("Not feasible", session.Output, StringComparison.Ordinal);
        Assert.Contains("nearest change", session.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_accelerator_is_refused_with_suggestions() =>
        Session.Run("run", Session.ServeFile, "--set", "accelerator=h1000-sxm").Refused("--set:1:", "h100-sxm");

    [Fact]
    public void All_problems_come_at_once() =>
        Session.Run("run", Session.ServeFile, "--set", "accelerator=nothing-known", "--set", "model=nobodys-model", "--json").Refused("nothing-known", "nobodys-model");

    [Theory]
    [InlineData(100)]
    [InlineData(60)]
    public void Text_fits_the_page_and_has_no_escape_sequences(int width)
    {
        Session session = Session.On(new Terminal(width, false), "run", Session.ServeFile);
        Assert.DoesNotContain('\u001b', session.Output);
        Assert.All(session.Output.Split('\n'), line => Assert.True(line.Length <= width, line));
        Assert.All(session.Output.Split('\n'), static line => Assert.False(line.EndsWith(' '), line));
    }

    [Fact]
    public void Colours_come_only_where_terminal_and_user_want_them()
    {
        var terminal = new Terminal(100, true);
        Assert.Contains('\u001b', Session.On(terminal, "run", Session.TrainFile).Output);
        Assert.DoesNotContain('\u001b', Session.On(terminal, "run", Session.TrainFile, "--no-color").Output);
        Assert.DoesNotContain('\u001b', Session.On(terminal, "run", Session.TrainFile, "--json").Output);
    }

    private static JsonElement Answer(params string[] args)
    {
        Session session = Session.Run(args);
        Assert.True(session.Code == ExitCode.Answer, session.Error);
        Assert.Empty(session.Error);
        return session.Json();
    }

    private static string[] Keys(JsonElement json) => [.. json.EnumerateObject().Select(static property => property.Name)];
}
