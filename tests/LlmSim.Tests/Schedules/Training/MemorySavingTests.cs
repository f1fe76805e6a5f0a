using LlmSim.Model.Hardware;
using LlmSim.Model.Memory;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;
using LlmSim.Schedules.Training;
using Xunit;

namespace LlmSim.Tests.Schedules.Training;

/// <summary>Ways to save memory against papers and closed forms.</summary>
public sealed class MemorySavingTests
{
    private static readonly TrainJob Gpt22B = AdapterTests.Job("gpt-22b");

    /// <summary>Ren 2021 (arXiv 2101.06840), table 4: latency of its Adam on two Xeon 8168 with twelve channels of DDR4-2666, 256 GB/s.</summary>
    [Theory]
    [InlineData(1e9, 0.22)]
    [InlineData(2e9, 0.51)]
    [InlineData(4e9, 1.03)]
    [InlineData(8e9, 2.41)]
    [InlineData(10e9, 2.57)]
    public void The_hosts_update_takes_about_what_the_paper_measured(double parameters, double seconds)
    {
        Node host = Gpt22B.Cluster.Node with { HostMemoryBandwidth = Bandwidth.GigabytesPerSecond(256) };
        Assert.InRange(HostOptimizer.Processors(host, parameters, new Bytes(8), new Bytes(4), new Bytes(2)).Value / seconds, 0.75, 1.25);
    }

    [Fact]
    public void A_model_of_13_billion_parameters_fits_one_device_of_32_GB_with_its_state_in_host_memory()
    {
        // Ren 2021, abstract and figure 7: 13 B parameters on one V100 of 32 GB, with checkpoints of activations; 1.4 B without offload.
        TrainMemoryInput input = (AdapterTests.Job("gpt-3-13b") with { MicroBatch = 1, GlobalBatch = 1, SequenceLength = 1024, Recompute = RecomputeMode.Full }).MemoryInput;
        Assert.True(TrainMemory.Peak(input with { OptimizerPlacement = OptimizerPlacement.Host }, Bytes.Gibibytes(32)).Fits);
        Assert.False(TrainMemory.Peak(input, Bytes.Gibibytes(32)).Fits);
        Assert.False(TrainMemory.Peak(input, Bytes.Gibibytes(160)).Fits);
    }

    [Fact]
    public void Drives_take_the_longer_of_their_own_time_and_the_hosts()
    {
        // 12 bytes of state are read and written for each parameter: 24 N / bandwidth (Rajbhandari 2021, section 5.2).
        TrainJob host = AdapterTests.Job("gpt-3-1.3b") with { OptimizerPlacement = OptimizerPlacement.Host };
        double parameters = ParameterSharding.Whole(host.Architecture);
        double drives = 24 * parameters / host.Cluster.Node.NvmeBandwidth.Value;
        double nvme = TrainStep.Simulate(host with { OptimizerPlacement = OptimizerPlacement.Nvme }).Breakdown.Optimizer.Value;
        Assert.InRange(nvme, Math.Max(drives, TrainStep.Simulate(host).Breakdown.Optimizer.Value) * 0.999, drives * 1.5);
    }

    [Fact]
    public void Up_projections_that_run_again_count_as_operations_of_the_hardware()
    {
        // DeepSeek-V3: 61 layers, 128 heads, rank 1536 to 192 and rank 512 to 256, two operations for each element and token.
        TrainJob job = AdapterTests.Job("deepseek-v3");
        FlopCount more = ModelFlops.OnHardware(job with { RecomputedOperators = RecomputedOperators.UpProjections }) - ModelFlops.OnHardware(job);
        double tokens = (double)job.GlobalBatch * job.SequenceLength;
        Assert.Equal(1, more.Value / (2 * 61 * 128d * ((1536 * 192) + (512 * 256)) * tokens), 9);
    }

    [Fact]
    public void A_step_that_runs_norms_again_takes_the_time_of_a_forward_pass_of_its_norms_more()
    {
        // Two norms in each of 48 layers, each reading and writing 2sbh bytes on its tensor rank.
        TrainJob job = Gpt22B with { Precision = NumberFormat.Bf16 };
        double bytes = 48 * 2 * 2 * 2d * job.SequenceLength * job.MicroBatch * 6144;
        double more = (TrainStep.Simulate(job with { RecomputedOperators = RecomputedOperators.Norms }).Step - TrainStep.Simulate(job).Step).Value;
        double atPeak = bytes * job.MicroBatches / job.Cluster.Accelerator.MemoryBandwidth.Value;
        Assert.InRange(more / atPeak, 1, 1.6);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(48)]
    public void Checkpoints_every_k_layers_keep_the_inputs_of_segments_and_bring_back_one_segment(int k)
    {
        // Chen 2016, section 4.1, with the classic layer of Korthikanti 2022: ceil(L/k) inputs of 2sbh, and one segment of k·sbh(34 + 5as/h) less its input.
        TrainJob job = Gpt22B with { Recompute = RecomputeMode.Full, SegmentLayers = k, Attention = AttentionImplementation.Unfused, Dropout = true };
        MemoryAccount account = TrainMemory.Peak(job.MemoryInput, Bytes.Zero);
        const double Sbh = 2048d * 4 * 6144, Layer = 34 + (5 * 64 * 2048 / 6144d);
        Assert.Equal(Math.Ceiling(48d / k) * 2 * Sbh, account.SizeOf("activations").Value, 1);
        Assert.Equal(((k * Layer) - 2) * Sbh, account.SizeOf(k > 1 ? "recomputed segment" : "recomputed layer").Value, 100.0);
    }

    [Fact]
    public void Checkpoints_every_k_layers_still_cost_one_forward_pass()
    {
        // Chen 2016, section 4.1: one additional forward pass, whatever k.
        TrainJob each = Gpt22B with { Recompute = RecomputeMode.Full };
        Assert.Equal(TrainStep.Simulate(each).Pipeline, TrainStep.Simulate(each with { SegmentLayers = 6 }).Pipeline);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    public void Copies_of_activations_show_only_where_they_take_longer_than_the_pass(double share)
    {
        TrainJob job = Gpt22B with { ActivationOffload = share };
        ChunkCost alone = TrainStep.Simulate(Gpt22B).Chunks[0];
        ChunkCost with = TrainStep.Simulate(job).Chunks[0];
        double kept = TrainMemory.Peak(Gpt22B.MemoryInput, Bytes.Zero).SizeOf("activations").Value;
        double copy = share * kept / (job.Cluster.Accelerator.HostLink!.Bandwidth.Value * 0.8);
        Assert.Equal(Math.Max(copy, alone.Forward.Total.Value), with.Forward.Total.Value, 1e-9);
        Assert.Equal(Math.Max(copy, alone.BackwardInput.Total.Value + alone.BackwardWeight.Total.Value), with.BackwardInput.Total.Value + with.BackwardWeight.Total.Value, 1e-9);
        Assert.Equal((1 - share) * kept, TrainMemory.Peak(job.MemoryInput, Bytes.Zero).SizeOf("activations").Value, 1);
    }

    [Fact]
    public void A_scaled_loss_adds_a_pass_over_the_gradients_and_repeats_skipped_steps()
    {
        // fp16 gradients are read and written once at no more than the memory's bandwidth; of 100 steps 5 update nothing.
        TrainJob job = Gpt22B with { RunTokens = 1e9 };
        TrainResult plain = TrainStep.Simulate(job);
        TrainResult scaled = TrainStep.Simulate(job with { LossScaling = new LossScaling(0.05) });
        double check = (scaled.Breakdown.Optimizer - (plain.Breakdown.Optimizer * 0.95)).Value;
        double least = 4 * ParameterSharding.Whole(job.Architecture) / job.Cluster.Accelerator.MemoryBandwidth.Value;
        Assert.InRange(check / least, 1, 1.3);
        Assert.Equal(TrainSpending.Steps(plain) / 0.95, TrainSpending.Steps(scaled), 1e-6);
    }
}
