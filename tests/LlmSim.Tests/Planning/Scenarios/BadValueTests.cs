using LlmSim.Planning.Scenarios;
using Xunit;

namespace LlmSim.Tests.Planning.Scenarios;

public sealed class BadValueTests
{
    [Theory]
    [InlineData("limit: 700 W", "limit: 700", 29, 10, "'power.limit': '700' has no unit: a power needs one of mW, W, kW, MW")]
    [InlineData("limit: 700 W", "limit: 700 GB", 29, 10, "'power.limit': 'GB' is not a unit of power: legal are mW, W, kW, MW")]
    [InlineData("limit: 700 W", "limit: -1 W", 29, 10, "'power.limit' is '-1 W': expected a power above 0, such as 700 W")]
    [InlineData("limit: 700 W", "limit: 0 W", 29, 10, "'power.limit' is '0 W': expected a power above 0, such as 700 W")]
    [InlineData("limit: 700 W", "limit: [700 W]", 29, 10, "'power.limit' is a list: expected a power above 0, such as 700 W")]
    [InlineData("limit: 700 W", "limit:", 29, 3, "'power.limit' has no value: expected a power above 0, such as 700 W")]
    [InlineData("tensor: 8", "tensor: -8", 10, 11, "'parallel.tensor' is '-8': expected an integer of at least 1")]
    [InlineData("tensor: 8", "tensor: 8.5", 10, 11, "'parallel.tensor' is '8.5': expected an integer of at least 1")]
    [InlineData("tensor: 8", "tensor: {a: 1}", 10, 11, "'parallel.tensor' is a mapping: expected an integer of at least 1")]
    [InlineData("tensor: 8", "tensor: 3e9", 10, 11, "'parallel.tensor' is '3e9': expected at most 2147483647")]
    [InlineData("tensor: 8", "tensor: \"8\"", 10, 11, "'parallel.tensor' is '8' (quoted): expected an integer of at least 1, without quotes")]
    [InlineData("zero_stage: 2", "zero_stage: 4", 15, 15, "'parallel.zero_stage' is '4': expected an integer from 0 to 3")]
    [InlineData("sequence_parallel: true", "sequence_parallel: yes", 14, 22, "'parallel.sequence_parallel' is 'yes': expected true or false")]
    [InlineData("precision: bf16", "precision: fb16", 20, 14, "'training.precision' is 'fb16': expected one of fp32, tf32, fp16, bf16, fp8 (did you mean 'fp16'?)")]
    [InlineData("schedule: interleaved-1f1b", "schedule: 1f1", 21, 13, "'training.schedule' is '1f1': expected one of 1f1b, chimera, dualpipe, dualpipe-v, gpipe, interleaved-1f1b, naive, pipedream, v-half, v-min, zb-1p, zb-2p, zb-h1, zb-h2, zb-v (did you mean '1f1b'?)")]
    [InlineData("kind: train", "kind: trian", 2, 7, "'kind' is 'trian': expected one of train, serve (did you mean 'train'?)")]
    [InlineData("node: dgx-h100", "node: h100.json", 5, 7, "'node' is 'h100.json', which reads as a name: to mean a file write './h100.json'")]
    [InlineData("node: dgx-h100", "node: [a]", 5, 7, "'node' is a list: expected the name of a node, the path of a .json or .yaml file, or a mapping")]
    [InlineData("devices: 16384", "devices: 16383", 7, 10, "'devices' is 16383, but tensor x pipeline x data x context = 8 x 16 x 128 x 1 = 16384: expected 16384, or another layout")]
    [InlineData("global_batch: 2_048", "global_batch: 200", 18, 17,
        "'training.global_batch' is 200, which is no multiple of micro_batch x data = 1 x 128 = 128: 128 and 256 are the nearest")]
    [InlineData("tokens: 15.6e12", "tokens: 1e12\n  steps: 3", 26, 3, "'training.steps' stands beside 'tokens': only one of 'tokens' and 'steps' may be given")]
    public void A_wrong_value_of_a_training_file_is_told_with_its_place(string old, string replacement, int line, int column, string message)
    {
        Problem problem = Samples.OneBad(Samples.With(Samples.Train, old, replacement));

        Assert.Equal(message, problem.Message);
        Samples.IsAt(problem, line, column);
    }

    [Theory]
    [InlineData("memory_margin: 12 %", "memory_margin: 0.12", 9, 18, "'serving.memory_margin': '0.12' has no unit: a share needs one of %")]
    [InlineData("memory_margin: 12 %", "memory_margin: 112 %", 9, 18, "'serving.memory_margin' is '112 %': expected a share of 0 or more and at most 100 %, such as 10 %")]
    [InlineData("memory_margin: 12 %", "memory_margin: 100 %", 9, 18, "'serving.memory_margin' is 100 %, which leaves no memory to the server: expected less than 100 %")]
    [InlineData("memory_margin: 12 %", "memory_margin: 12 %\n  memory_utilization: 90 %", 10, 3,
        "'serving.memory_utilization' stands beside 'memory_margin': only one of 'memory_utilization' and 'memory_margin' may be given")]
    [InlineData("chunk: 512", "chunk: 9000", 10, 10, "'serving.chunk' is 9000, more than one step may process: expected at most max_batched_tokens = 8192")]
    [InlineData("chunk: 512", "chunk: 512\n  chunked_prefill: false", 10, 10, "'serving.chunk' is 512, but chunked_prefill is false: expected chunked_prefill: true, or no chunk")]
    [InlineData("per_step: 1.5 ms", "per_step: 1.5", 13, 15, "'serving.host.per_step': '1.5' has no unit: a time needs one of ns, us, ms, s, min, h, d")]
    [InlineData("cv: 0.5", "cv: 0", 24, 34, "'traffic.poisson.output.lognormal.cv' is '0': expected a number above 0, without unit")]
    [InlineData("lognormal: {mean: 128, cv: 0.5, max: 1024}", "uniform: {min: 5, max: 4}", 24, 30,
        "'traffic.poisson.output.uniform.max' is 4, below min: expected an integer of at least 5")]
    [InlineData("prompt: 512", "prompt: {}", 22, 13, "'traffic.poisson.prompt' has none of 'fixed', 'uniform', 'lognormal' and 'exponential': exactly one of them is needed")]
    [InlineData("accelerator: h100-sxm", "title: no hardware", 1, 1, "the file has none of 'accelerator' and 'node': at least one of them is needed")]
    public void A_wrong_value_of_a_serving_file_is_told_with_its_place(string old, string replacement, int line, int column, string message)
    {
        Problem problem = Samples.OneBad(Samples.With(Samples.Serve, old, replacement));

        Assert.Equal(message, problem.Message);
        Samples.IsAt(problem, line, column);
    }

    [Fact]
    public void Two_sources_of_traffic_are_refused_at_the_second()
    {
        Problem problem = Samples.OneBad(Samples.With(Samples.Serve, "  poisson:", "  trace: a.csv\n  poisson:"));

        Assert.StartsWith("'traffic.poisson' stands beside 'trace': only one of ", problem.Message, StringComparison.Ordinal);
        Samples.IsAt(problem, 20, 3);
    }

    [Fact]
    public void Traffic_that_never_ends_is_refused()
    {
        string text = Samples.With(Samples.With(Samples.Serve, "    requests: 100\n", string.Empty), "duration: 10 min\n", string.Empty);

        Assert.Equal("'traffic' never ends: expected 'requests' in its source, or 'duration' at the top of the file", Samples.OneBad(text).Message);
    }

    [Fact]
    public void A_missing_key_is_told_with_what_is_legal()
    {
        Problem problem = Samples.OneBad(Samples.With(Samples.Train, "  sequence_length: 8192\n", string.Empty));

        Assert.Equal("'training' lacks 'sequence_length', an integer of at least 1: Tokens in one sequence.", problem.Message);
        Samples.IsAt(problem, 17, 3);
    }

    [Fact]
    public void A_file_without_a_kind_is_checked_as_far_as_it_can_be()
    {
        Assert.Equal(["kind", "parallel.tensor", "seeed"], Samples.Bad("model: a\nnode: b\nparallel: {tensor: 0}\nseeed: 3").Select(static p => p.Path));
        Assert.Equal("kind", Samples.OneBad(Samples.With(Samples.Serve, "kind: serve\n", string.Empty)).Path);
    }

    [Fact]
    public void Layouts_beyond_any_cluster_are_refused_without_overflow()
    {
        Problem problem = Samples.OneBad(Samples.Train, "parallel={tensor: 2e9, pipeline: 2e9, data: 2e9, context: 2e9}");

        Assert.Contains("16000000000000000000000000000000000000 accelerators", problem.Message, StringComparison.Ordinal);
    }
}
