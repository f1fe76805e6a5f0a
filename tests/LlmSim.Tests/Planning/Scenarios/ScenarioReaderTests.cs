using System.Collections.Immutable;
using LlmSim.Model.Hardware;
using LlmSim.Model.Memory;
using LlmSim.Model.Units;
using LlmSim.Planning.Scenarios;
using LlmSim.Schedules.Training;
using Xunit;

namespace LlmSim.Tests.Planning.Scenarios;

public sealed class ScenarioReaderTests
{
    [Fact]
    public void A_training_file_becomes_what_it_says()
    {
        TrainScenario scenario = Samples.Good<TrainScenario>(Samples.Train);

        Assert.Equal("Llama 3.1 405B", scenario.Title);
        Assert.Equal("meta-llama/Llama-3.1-405B", Assert.IsType<NamedRecord>(scenario.Model).Name);
        Assert.Equal("dgx-h100", Assert.IsType<NamedRecord>(scenario.Node).Name);
        Assert.Equal(new Link("RoCE", Bandwidth.GigabytesPerSecond(50), Seconds.Microseconds(5)), Assert.IsType<InlineNetwork>(scenario.Network).Link);
        Assert.Equal((8, 16, 8, 128, true, 2, 16384), (scenario.Parallel.Tensor, scenario.Parallel.Pipeline, scenario.Parallel.VirtualStages, scenario.Parallel.Data,
            scenario.Parallel.SequenceParallel, scenario.Parallel.ZeroStage, scenario.Devices));
        Assert.Equal(7, scenario.Seed);
        Assert.Equal(new UsdPerHour(2.5), scenario.Prices.AcceleratorHour);
        Assert.Equal(new Watts(700), scenario.Power.Limit);
        Assert.Equal((1, 2048, 8192), (scenario.Training.MicroBatch, scenario.Training.GlobalBatch, scenario.Training.SequenceLength));
        Assert.Equal("interleaved-1f1b", scenario.Training.Schedule);
        Assert.Equal(15_600_000_000_000, scenario.Training.Tokens);
        Assert.Equal(new OverlapOptions(TensorOverlap.Both, true, false, false), scenario.Training.Overlap);
        Assert.Equal((null as NumberFormat?, OptimizerKind.Adam), (scenario.Training.GradientFormat, scenario.Training.Optimizer));
    }

    [Fact]
    public void A_serving_file_becomes_what_it_says()
    {
        ServeScenario scenario = Samples.Good<ServeScenario>(Samples.Serve);

        Assert.Equal(4, scenario.Devices);
        Assert.Equal((NumberFormat.Fp8, NumberFormat.Bf16), (scenario.Serving.Weights, scenario.Serving.KvCache));
        Assert.Equal(0.88, scenario.Serving.MemoryUtilization!.Value, 12);
        Assert.Equal((512, 256, 8192, 16), (scenario.Serving.Chunk, scenario.Serving.MaxBatch, scenario.Serving.MaxBatchedTokens, scenario.Serving.BlockSize));
        Assert.Equal(new HostOptions(Seconds.Milliseconds(1.5), null, null, false), scenario.Serving.Host);
        Assert.Equal(new LatencyObjectives(Seconds.Milliseconds(500), Seconds.Milliseconds(50), null), scenario.Serving.Objectives);
        Assert.Equal(new PoissonTraffic(new Hertz(2), 100, new FixedLengths(512), new LognormalLengths(128, 0.5, 1024)), scenario.Traffic);
        Assert.Equal(new Seconds(600), scenario.Duration);
    }

    [Theory]
    [InlineData("{gamma: {rate: 120 /min, cv: 2, requests: 9, prompt: {fixed: 5}, output: {exponential: {mean: 7}}}}")]
    [InlineData("{constant: {interval: 500 ms, requests: 9, prompt: 5, output: {uniform: {min: 1, max: 3}}}}")]
    [InlineData("{constant: {rate: 2 /s, requests: 9, prompt: 5, output: {uniform: {min: 1, max: 3}}}}")]
    [InlineData("{bursts: {rate: 2 /min, size: 32, prompt: 5, output: 6}}")]
    [InlineData("{closed_loop: {clients: 16, requests: 160, prompt: 5, output: 6, think_time: 2 s}}")]
    [InlineData("{trace: {file: a.csv, time_scale: 0.5, limit: 10}}")]
    public void Each_source_of_traffic_is_read(string traffic)
    {
        TrafficSource source = Samples.Good<ServeScenario>(Samples.Serve, "traffic=" + traffic).Traffic;

        TrafficSource expected = source switch
        {
            GammaTraffic => new GammaTraffic(new Hertz(2), 2, 9, new FixedLengths(5), new ExponentialLengths(7, null)),
            ConstantTraffic => new ConstantTraffic(Seconds.Milliseconds(500), 9, new FixedLengths(5), new UniformLengths(1, 3)),
            BurstTraffic => new BurstTraffic(new Hertz(2d / 60), 32, null, new FixedLengths(5), new FixedLengths(6)),
            ClosedLoopTraffic => new ClosedLoopTraffic(16, new Seconds(2), false, 160, new FixedLengths(5), new FixedLengths(6)),
            _ => new TraceTraffic("a.csv", 0.5, 10),
        };
        Assert.Equal(expected, source);
    }

    [Fact]
    public void All_problems_of_a_file_come_at_once_in_the_order_of_the_file()
    {
        const string text = """
            kind: train
            modle: llama
            accelerator: h100-sxm
            parallel:
              tensor: 0
              pipeline: two
            training:
              micro_batch: 4 GiB
              global_batch: "16"
              precision: BF16
            prices:
              accelerator_hour: 2.5
            serving: {}
            """;

        ImmutableArray<Problem> problems = Samples.Bad(text);

        Assert.Equal(
            [(1, 1, "model"), (2, 1, "modle"), (5, 11, "parallel.tensor"), (6, 13, "parallel.pipeline"), (8, 3, "training.sequence_length"), (8, 16, "training.micro_batch"),
             (9, 17, "training.global_batch"), (10, 14, "training.precision"), (12, 21, "prices.accelerator_hour"), (13, 1, "serving")],
            problems.Select(static p => (p.Line, p.Column, p.Path)));
    }

    [Fact]
    public void A_problem_prints_as_file_line_column_and_message()
    {
        Problem problem = Samples.OneBad(Samples.With(Samples.Train, "  tensor: 8", "  tensr: 8\n  tensor: 8"));

        Assert.StartsWith("test.yaml:10:3: unknown key 'tensr' in 'parallel': did you mean 'tensor'? Legal are tensor, ", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_scenario_points_at_its_keys_for_later_checks()
    {
        TrainScenario scenario = Samples.Good<TrainScenario>(Samples.Train);

        Problem problem = scenario.ProblemAt("parallel.tensor", "the model has 6 heads");
        Problem absent = scenario.ProblemAt("parallel.context", "the model has 6 heads");

        Samples.IsAt(problem, 10, 11);
        Samples.IsAt(absent, 10, 3);
        Assert.Equal("test.yaml:10:11: the model has 6 heads", problem.ToString());
    }
}
