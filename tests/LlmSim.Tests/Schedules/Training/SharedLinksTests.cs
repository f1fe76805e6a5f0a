using LlmSim.Model.Architecture;
using LlmSim.Model.Catalog;
using LlmSim.Model.Hardware;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;
using LlmSim.Schedules.Training;
using LlmSim.Tests.Model.Cost;
using Xunit;

namespace LlmSim.Tests.Schedules.Training;

/// <summary>Exchanges of gradients inside the replay, on the links of the messages between stages.</summary>
public sealed class SharedLinksTests
{
    [Theory]
    [InlineData("1f1b", 1, 0)]
    [InlineData("1f1b", 1, 1)]
    [InlineData("zb-h1", 1, 0)]
    [InlineData("gpipe", 1, 2)]
    public void Without_messages_and_overlap_the_replay_agrees_with_the_closed_account(string schedule, int chunks, int zero)
    {
        TrainJob job = Job(schedule, chunks, zero) with { OverlapData = false, OverlapPipeline = true };
        Seconds closed = TrainStep.Simulate(job).Step;
        Seconds shared = TrainStep.Simulate(job with { SharedLinks = true }).Step;

        // The closed account knows the stage's exchange as one message, the replay one for each chunk: they differ by latencies alone.
        Assert.Equal(closed.Value, shared.Value, 1e-6 * closed.Value);
    }

    [Fact]
    public void Messages_beside_exchanges_cost_time_but_less_than_both_in_turn()
    {
        TrainJob job = Job("1f1b", 1, 0) with { OverlapData = true };
        TrainResult alone = TrainStep.Simulate(job);
        TrainResult shared = TrainStep.Simulate(job with { SharedLinks = true });
        Seconds turns = TrainStep.Simulate(job with { OverlapData = false }).Step;

        Assert.True(shared.Step > alone.Pipeline);
        Assert.True(shared.Step < turns + (alone.StageHop * 4));
    }

    [Fact]
    public void One_replica_has_nothing_to_share()
    {
        TrainJob job = Job("1f1b", 1, 0);
        TrainJob one = job with { Layout = job.Layout with { Data = 1 }, Cluster = job.Cluster with { Devices = 8 }, GlobalBatch = 8 };

        Assert.Equal(TrainStep.Simulate(one).Step, TrainStep.Simulate(one with { SharedLinks = true }).Step);
    }

    private static TrainJob Job(string schedule, int chunks, int zero)
    {
        Assert.True(ModelCatalog.TryFind("gpt-22b", out TransformerArchitecture? architecture));
        Node node = SamplePieces.Node("a100-sxm-80gb");
        return new TrainJob
        {
            Architecture = architecture,
            Cluster = new Cluster { Node = node, Devices = 32 },
            Efficiency = EfficiencyCatalog.For(node.Accelerator),
            Layout = new ParallelLayout { Tensor = 2, Pipeline = 4, VirtualStages = chunks, Data = 4, ZeroStage = zero },
            MicroBatch = 1,
            GlobalBatch = 32,
            SequenceLength = 2048,
            Schedule = schedule,
        };
    }
}
