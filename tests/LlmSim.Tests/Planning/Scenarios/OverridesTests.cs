using System.Collections.Immutable;
using LlmSim.Planning.Scenarios;
using Xunit;

namespace LlmSim.Tests.Planning.Scenarios;

public sealed class OverridesTests
{
    [Fact]
    public void Overrides_change_add_and_make_sections_in_order()
    {
        TrainScenario scenario = Samples.Good<TrainScenario>(
            Samples.Train, "parallel={tensor: 4}", "parallel.data=2", "parallel.data=4", "training.global_batch=8", "devices=16", "title='a: b'", "power.limit=500 W");

        Assert.Equal((4, 1, 4), (scenario.Parallel.Tensor, scenario.Parallel.Pipeline, scenario.Parallel.Data));
        Assert.Equal(("a: b", 500d), (scenario.Title, scenario.Power.Limit?.Value));
        Assert.NotNull(Samples.Good<ServeScenario>(Samples.Serve, "prices.accelerator_hour=3 USD/h").Prices.AcceleratorHour);
    }

    [Fact]
    public void A_trace_replaces_whatever_source_the_file_had()
    {
        Assert.Equal(new TraceTraffic("b.csv", 1, null), Samples.Good<ServeScenario>(Samples.Serve, "traffic.trace=b.csv").Traffic);
        Assert.Equal(new TraceTraffic("b.csv", 1, 5), Samples.Good<ServeScenario>(Samples.Serve, "traffic.trace=b.csv", "traffic.trace.limit=5").Traffic);
    }

    [Fact]
    public void Setting_one_of_two_keys_that_exclude_each_other_removes_the_other()
    {
        Assert.Equal(0.7, Samples.Good<ServeScenario>(Samples.Serve, "serving.memory_utilization=70 %").Serving.MemoryUtilization!.Value, 12);
        var traffic = (PoissonTraffic)Samples.Good<ServeScenario>(
            Samples.Serve, "traffic.poisson.prompt.uniform={min: 2, max: 4}", "traffic.poisson.output.fixed=3").Traffic;
        Assert.Equal((new UniformLengths(2, 4), new FixedLengths(3)), (traffic.Prompt, traffic.Output));
        Assert.Equal(3, Samples.Good<TrainScenario>(Samples.Train, "training.steps=3").Training.Steps);
    }

    [Theory]
    [InlineData("paralel.tensor=4", 1, "paralel", "unknown key 'paralel' at the top of the file: did you mean 'parallel'?")]
    [InlineData("parallel.tensr=4", 10, "parallel.tensr", "unknown key 'tensr' in 'parallel': did you mean 'tensor'?")]
    [InlineData("parallel.tensor=0", 17, "parallel.tensor", "'parallel.tensor' is '0': expected an integer of at least 1")]
    [InlineData("power={limit: 5}", 15, "power.limit", "'power.limit': '5' has no unit: a power needs one of ")]
    [InlineData("parallel.tensor=", 10, "parallel.tensor", "'parallel.tensor' has no value: expected an integer of at least 1")]
    [InlineData("parallel.tensor.x=1", 17, "parallel.tensor.x", "'x' cannot be set inside '8' at test.yaml:10: it is no mapping")]
    [InlineData("title", 1, "", "'title' has no '=': expected key.path=value, such as parallel.tensor=4")]
    [InlineData("parallel..tensor=1", 10, "parallel..tensor", "the key 'parallel..tensor' has an empty part: expected key.path=value")]
    [InlineData("title=a: b", 7, "title", "the value of 'title' is a mapping without braces: write {key: value}, or put a text in quotes")]
    [InlineData("title=&x a", 7, "title", "the anchor '&x': anchors are not read")]
    [InlineData("title=[", 8, "title", "this is not YAML: ")]
    public void A_wrong_override_is_told_with_its_column_in_the_argument(string argument, int column, string path, string message)
    {
        Problem problem = Samples.OneBad(Samples.Train, argument);

        Assert.Equal((Overrides.FileName, 1, column, path), (problem.File, problem.Line, problem.Column, problem.Path));
        Assert.StartsWith(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Problems_of_the_file_and_of_all_overrides_come_together_file_first()
    {
        ImmutableArray<Problem> problems = Samples.Bad(Samples.With(Samples.Train, "tensor: 8", "tensor: 0"), "sed=3", "title", "power.limit=3");

        Assert.Equal(["test.yaml", "--set", "--set", "--set"], problems.Select(static p => p.File));
        Assert.Equal(["title", "title"], Samples.Bad("a: [", "title", "title=[").Where(static p => p.File == "--set").Select(static p => p.Message[..7].Trim('\'')).Select(static m => m == "this is" ? "title" : m[..5]));
    }

    [Fact]
    public void Nodes_can_be_swept_without_text()
    {
        ScenarioNode root = ScenarioText.Parse(Samples.Train, "test.yaml", out _)!;

        IEnumerable<int?> limits = new[] { "1e12", "2e12" }.Select(tokens =>
        {
            ScenarioNode changed = Overrides.Apply(root, ["training.tokens=" + tokens], out ImmutableArray<Problem> refused);
            Assert.Empty(refused);
            return (int?)((ScenarioReader.Bind(changed, out _) as TrainScenario)?.Training.Tokens / 1_000_000_000_000);
        });

        Assert.Equal([1, 2], limits);
    }
}
