using LlmSim.Model.Catalog;
using LlmSim.Model.Hardware;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;
using LlmSim.Schedules.Training;
using LlmSim.Tests.Model.Cost;
using Xunit;

namespace LlmSim.Tests.Schedules.Training;

/// <summary>Full sharding, long contexts and 8-bit training against published rates and limits that arithmetic gives.</summary>
public sealed class FullyShardedStepTests
{
    /// <summary>
    /// torchtitan, benchmarks of December 2024 (arXiv 2410.06511, tables 1 to 5): tokens per second and device. Its H100 ran at 500 W of 700 and with 2.4 of 3.35 TB/s,
    /// so a step on the data sheet's H100 has to be faster, but not by more than these limits together with kernels of that year allow.
    /// </summary>
    [Theory]
    [InlineData("llama-3.1-8b", 1, 8, 2, 16, "bf16", RecomputeMode.Selective, 6667)]
    [InlineData("llama-3.1-8b", 1, 8, 2, 16, "fp8", RecomputeMode.Selective, 8532)]
    [InlineData("llama-3.1-8b", 1, 128, 2, 256, "bf16", RecomputeMode.Selective, 6514)]
    [InlineData("llama-3.1-70b", 8, 32, 16, 512, "bf16", RecomputeMode.Full, 597.3)]
    [InlineData("llama-3.1-70b", 8, 32, 16, 512, "fp8", RecomputeMode.Full, 809.8)]
    public void A_fully_sharded_step_on_H100_is_near_the_published_rate(
        string model, int tensor, int data, int microBatch, int globalBatch, string precision, RecomputeMode recompute, double rate)
    {
        TrainJob job = Job("h100-sxm", model, tensor, data, microBatch, globalBatch) with
        {
            Precision = precision == "fp8" ? NumberFormat.Fp8 : NumberFormat.Bf16,
            Recompute = recompute,
        };
        Assert.InRange(Rate(job) / rate, 0.85, 1.3);
    }

    /// <summary>torchtitan's documentation of performance on 64 A100: 2973 and 331 tokens per second and device.</summary>
    [Theory]
    [InlineData("llama-3.1-8b", RecomputeMode.Selective, 2973)]
    [InlineData("llama-3.1-70b", RecomputeMode.Full, 331)]
    public void A_fully_sharded_step_on_A100_is_within_20_percent_of_the_published_rate(string model, RecomputeMode recompute, double rate) =>
        Assert.InRange(Rate(Job("a100-sxm-80gb", model, 1, 64, 1, 64) with { Recompute = recompute }) / rate, 0.8, 1.2);

    [Fact]
    public void A_network_without_limits_leaves_almost_nothing_of_full_sharding()
    {
        TrainJob sharded = Job("h100-sxm", "llama-3.1-8b", 1, 8, 2, 16);
        sharded = Linked(sharded, Bandwidth.TerabytesPerSecond(1e6));
        double whole = TrainStep.Simulate(sharded with { Layout = sharded.Layout with { ZeroStage = 1 } }).Step.Value;
        Assert.InRange(TrainStep.Simulate(sharded).Step.Value / whole, 0.99, 1.01);
    }

    [Fact]
    public void A_slow_network_takes_at_least_the_time_of_its_bytes()
    {
        // Two gathers of 2 bytes and a scatter of 4 for each parameter, 7/8 of them from other devices, cannot be faster than the link.
        TrainJob job = Linked(Job("h100-sxm", "llama-3.1-8b", 1, 8, 1, 8), Bandwidth.GigabytesPerSecond(20));
        double least = 8 * 7d / 8 * 8.03e9 / 20e9;
        Assert.InRange(TrainStep.Simulate(job).Step.Value / least, 1, 1.5);
    }

    [Fact]
    public void Keeping_parameters_gathered_saves_a_gather_where_the_network_is_slow()
    {
        TrainJob job = Linked(Job("h100-sxm", "llama-3.1-8b", 1, 8, 1, 8), Bandwidth.GigabytesPerSecond(20));
        double saved = TrainStep.Simulate(job).Step.Value - TrainStep.Simulate(job with { ReshardAfterForward = false }).Step.Value;
        Assert.InRange(saved / (2 * 7d / 8 * 7e9 / 20e9), 0.7, 1.5);
    }

    [Fact]
    public void Hybrid_sharding_keeps_gathers_inside_the_node()
    {
        TrainJob job = Job("h100-sxm", "llama-3.1-8b", 1, 64, 1, 64);
        job = job with { Cluster = job.Cluster with { Node = job.Cluster.Node with { ScaleOut = job.Cluster.Node.ScaleOut with { Bandwidth = Bandwidth.GigabytesPerSecond(1) } } } };
        TrainJob hybrid = job with { Layout = job.Layout with { ShardRanks = 8 } };
        Assert.True(TrainStep.Simulate(hybrid).Step < TrainStep.Simulate(job).Step);
    }

    [Fact]
    public void A_ring_of_long_sequences_hides_behind_attention()
    {
        TrainJob whole = Job("h100-sxm", "llama-3.1-8b", 1, 8, 1, 8) with { SequenceLength = 131072, Recompute = RecomputeMode.Full };
        TrainJob ring = whole with { Layout = whole.Layout with { Data = 1, Context = 8 }, GlobalBatch = 1 };
        Assert.InRange(TrainStep.Simulate(whole).Step / TrainStep.Simulate(ring).Step, 7.2, 8.1);
    }

    [Fact]
    public void Gradients_hide_behind_the_last_micro_batch_only()
    {
        TrainJob one = Job("h100-sxm", "llama-3.1-8b", 1, 64, 1, 64) with { Layout = new ParallelLayout { Data = 64, ZeroStage = 1 } };
        one = one with { Cluster = one.Cluster with { Node = one.Cluster.Node with { ScaleOut = one.Cluster.Node.ScaleOut with { Bandwidth = Bandwidth.GigabytesPerSecond(1) } } } };
        double first = TrainStep.Simulate(one).Step.Value;
        double second = TrainStep.Simulate(one with { GlobalBatch = 128 }).Step.Value;
        double alone = TrainStep.Simulate(Job("h100-sxm", "llama-3.1-8b", 1, 1, 1, 1) with { Layout = ParallelLayout.Single }).Pipeline.Value;
        Assert.InRange((second - first) / alone, 0.97, 1.06);
    }

    /// <summary>
    /// DeepSeek-V3 (arXiv 2412.19437, sections 1 and 3.2): 180,000 H800 hours for 1e12 tokens on 2048 devices, with 16 stages, experts over 64 ranks, ZeRO-1, 8-bit products and
    /// exchanges of tokens behind other work; 15,360 sequences of 4096 tokens a step (section 4.2).
    /// </summary>
    [Fact]
    public void A_step_of_DeepSeek_V3_takes_about_as_long_as_its_report_says()
    {
        TrainJob job = Job("h100-sxm", "deepseek-v3", 1, 128, 1, 15360) with
        {
            Precision = NumberFormat.Fp8,
            SequenceLength = 4096,
            OverlapExperts = true,
            OverlapPipeline = true,
            Layout = new ParallelLayout { Pipeline = 16, Data = 128, Expert = 64, ZeroStage = 1 },
        };
        job = job with { Cluster = job.Cluster with { Devices = 2048 } };
        double reported = 15360 * 4096d / 1e12 * 180e3 * 3600 / 2048;
        Assert.InRange(TrainStep.Simulate(job).Step.Value / reported, 0.8, 1.25);
    }

    /// <summary>The products of a step with experts cost about as much as those of a dense step with as many operations: half of the peak is usual for both.</summary>
    [Fact]
    public void Experts_of_Mixtral_train_at_a_rate_that_dense_models_reach()
    {
        TrainJob job = Job("h100-sxm", "mixtral-8x7b", 1, 8, 1, 8) with { SequenceLength = 4096, OverlapExperts = true };
        job = job with { Layout = new ParallelLayout { Data = 8, Expert = 8, ZeroStage = 1 } };
        Assert.InRange(TrainStep.Simulate(job).Mfu, 0.35, 0.6);
    }

    private static double Rate(TrainJob job) => TrainStep.Simulate(job).TokensPerSecond / job.Cluster.Devices;

    private static TrainJob Linked(TrainJob job, Bandwidth bandwidth)
    {
        Node node = job.Cluster.Node;
        return job with { Cluster = job.Cluster with { Node = node with { ScaleUp = node.ScaleUp with { Bandwidth = bandwidth } } } };
    }

    private static TrainJob Job(string device, string model, int tensor, int data, int microBatch, int globalBatch)
    {
        Assert.True(ModelCatalog.TryFind(model, out var architecture));
        Node node = SamplePieces.Node(device);
        return new TrainJob
        {
            Architecture = architecture,
            Cluster = new Cluster { Node = node, Devices = tensor * data },
            Efficiency = EfficiencyCatalog.For(node.Accelerator),
            Layout = new ParallelLayout { Tensor = tensor, Data = data, ZeroStage = 3, SequenceParallel = tensor > 1 },
            MicroBatch = microBatch,
            GlobalBatch = globalBatch,
            SequenceLength = 8192,
            SelectiveProducts = true,
            FusedLoss = false,
            OverlapData = true,
            TensorOverlap = TensorOverlap.None,
        };
    }
}
