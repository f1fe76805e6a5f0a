using System.Collections.Immutable;
using LlmSim.Model.Architecture;
using LlmSim.Model.Memory;
using LlmSim.Model.Operators;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;
using LlmSim.Schedules.Training;
using Xunit;

namespace LlmSim.Tests.Schedules.Training;

/// <summary>Kinds of data and context parallelism against what they must move.</summary>
public sealed class ReplicaKindTests
{
    private static readonly TrainJob Eight = AdapterTests.Job("gpt-3-1.3b", data: 8) with { GlobalBatch = 4 * 8 * 4 };

    [Fact]
    public void One_process_moves_weights_and_gradients_in_every_micro_batch()
    {
        // Weights of 2 bytes go out and gradients of 2 come back (fp16) in each of 4 micro-batches, and logits of 7 peers both ways, over a link of 300 GB/s a direction.
        TrainJob job = Eight with { DataKind = DataKind.SingleProcess };
        double link = job.Cluster.Node.ScaleUp.Bandwidth.Value;
        double logits = 2d * 4 * 2048 * job.Architecture.VocabularySize;
        double least = 4 * ((4 * ParameterSharding.Whole(job.Architecture)) + (2 * 7 * logits)) / link;
        Assert.InRange(TrainStep.Simulate(job).Breakdown.Work.Network.Value / least, 1, 2);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void A_process_for_each_device_is_never_slower_and_spreads_the_logits(int ranks)
    {
        TrainJob distributed = AdapterTests.Job("gpt-3-1.3b", ranks) with { OverlapData = true };
        TrainJob single = distributed with { DataKind = DataKind.SingleProcess };
        Assert.True(TrainStep.Simulate(distributed).Step < TrainStep.Simulate(single).Step);
        double whole = TrainMemory.Peak(distributed.MemoryInput, Bytes.Zero).SizeOf("logits and loss").Value;
        Assert.Equal(ranks * whole, TrainMemory.Peak(single.MemoryInput, Bytes.Zero).SizeOf("logits and loss").Value, 1);
    }

    [Fact]
    public void Threads_of_one_process_take_turns_at_launching()
    {
        // With tiny batches the host bounds the forward pass: eight threads of one interpreter take eight times as long.
        TrainJob tiny = AdapterTests.Job("gpt-3-1.3b", 8) with { MicroBatch = 1, GlobalBatch = 8, SequenceLength = 16 };
        ChunkCost alone = TrainStep.Simulate(tiny).Chunks[0];
        ChunkCost together = TrainStep.Simulate(tiny with { DataKind = DataKind.SingleProcess }).Chunks[0];
        double forward = (together.Forward.Total - together.Forward.Parts.Network).Value;
        Assert.InRange(forward / alone.Forward.Total.Value, 7, 8.5);
        Assert.Equal(alone.BackwardWeight.Total, together.BackwardWeight.Total);
    }

    [Fact]
    public void A_bucket_of_all_gradients_hides_nothing_and_tiny_ones_pay_their_latency()
    {
        // Li 2020 (arXiv 2006.15704), section 3.2 and figure 7: both ends lose against DDP's 25 MB.
        TrainJob job = AdapterTests.Job("gpt-3-1.3b", 8) with { OverlapData = true };
        Seconds With(double megabytes) => TrainStep.Simulate(job with { GradientBucket = new Bytes(megabytes * 1e6) }).Step;
        Assert.Equal(TrainStep.Simulate(job with { OverlapData = false }).Step.Value, With(1e6).Value, 1e-9);
        Assert.True(With(25) < With(1e6));
        Assert.True(With(25) < With(0.001));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(16)]
    public void Ulysses_exchanges_four_tensors_of_the_hidden_width_over_the_ranks(int ranks)
    {
        // Jacobs 2023 (arXiv 2309.14509), section 3.2: 3Nh for queries, keys and values and Nh for the result over P ranks.
        OperatorGraph graph = Layer(new ParallelLayout { Context = ranks, ContextKind = ContextKind.Ulysses });
        double exchanged = graph.Operators.Select(static op => op.Shape).OfType<CommunicationShape>().Where(static shape => shape.Group == GroupKind.Context).Sum(static shape => shape.Message.Value);
        Assert.Equal(2 * 4d * 4 * 2048 * 6144 / ranks, exchanged, 1e-6);
    }

    [Theory]
    [InlineData(ContextKind.Ring)]
    [InlineData(ContextKind.Ulysses)]
    public void Ranks_share_the_attention_of_a_sequence_evenly(ContextKind kind)
    {
        double whole = Layer(new ParallelLayout()).Flops.Value;
        Assert.Equal(whole / 8, Layer(new ParallelLayout { Context = 8, ContextKind = kind }).Flops.Value, whole * 1e-12);
    }

    [Fact]
    public void Ulysses_needs_heads_for_its_ranks()
    {
        TransformerArchitecture model = AdapterTests.Job("gpt-2").Architecture; // 12 heads
        LayoutProblem problem = Assert.Single(LayoutRules.Check(new ParallelLayout { Context = 8, ContextKind = ContextKind.Ulysses }, model));
        Assert.Contains("legal context degrees: 1, 2, 3, 4, 6, 12", problem.Message, StringComparison.Ordinal);
        Assert.Empty(LayoutRules.Check(new ParallelLayout { Context = 6, ContextKind = ContextKind.Ulysses }, model));
    }

    [Fact]
    public void A_step_under_Ulysses_waits_for_its_exchanges_in_both_passes()
    {
        TrainJob ulysses = AdapterTests.Job("gpt-22b") with { Layout = new ParallelLayout { Context = 8, ContextKind = ContextKind.Ulysses } };
        ulysses = ulysses with { Cluster = ulysses.Cluster with { Devices = 8 } };
        ChunkCost chunk = TrainStep.Simulate(ulysses).Chunks[0];
        // 7/8 of four tensors of 4·2048/8·6144 elements leave each rank in each of 48 layers, at no more than the link's bandwidth.
        double least = 48 * 7 / 8d * 4 * 2 * 1024 * 6144 / ulysses.Cluster.Node.ScaleUp.Bandwidth.Value;
        Assert.InRange(chunk.Forward.Parts.Network.Value / least, 1, 3);
        Assert.Equal(chunk.Forward.Parts.Network.Value, chunk.BackwardInput.Parts.Network.Value, 1e-9);
    }

    private static OperatorGraph Layer(ParallelLayout layout)
    {
        TrainJob job = AdapterTests.Job("gpt-22b") with { Layout = layout };
        return TransformerGraph.Layer(job.Architecture.Layers[0], job.Architecture, BatchShape.Training(4, 2048), job.GraphOptions);
    }
}
