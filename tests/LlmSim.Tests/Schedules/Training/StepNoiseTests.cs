using LlmSim.Model.Architecture;
using LlmSim.Model.Catalog;
using LlmSim.Model.Hardware;
using LlmSim.Model.Parallelism;
using LlmSim.Schedules.Training;
using LlmSim.Tests.Model.Cost;
using Xunit;

namespace LlmSim.Tests.Schedules.Training;

public sealed class StepNoiseTests
{
    [Fact]
    public void A_straggler_slows_the_step_by_nearly_its_own_slowdown_and_more_replicas_by_order_statistics()
    {
        TrainJob job = Job(data: 1);
        double quiet = TrainStep.Simulate(job).Pipeline.Value;
        double slow = Passes(job with { Noise = new(0, 1, Straggler: 2, StragglerFactor: 1.5) });
        Assert.InRange(slow / quiet, 1.3, 1.5);

        // The median of the largest of n normals grows with n: 0.5^(1/n) lies at 2.56 deviations for 128 and at 3.5 for 3,000.
        double few = Passes(Job(data: 128) with { Noise = new(0.05, 3) });
        double many = Passes(Job(data: 2048) with { Noise = new(0.05, 3) });
        Assert.True(many > few && few > quiet);
        Assert.InRange(many / few, 1.0001, 1.02);
    }

    [Fact]
    public void The_same_seed_gives_the_same_step()
    {
        TrainJob job = Job(data: 8) with { Noise = new(0.03, 5) };
        Assert.Equal(TrainStep.Simulate(job).Step, TrainStep.Simulate(job).Step);
        Assert.NotEqual(TrainStep.Simulate(job).Step, TrainStep.Simulate(job with { Noise = new(0.03, 6) }).Step);
    }

    private static double Passes(TrainJob job)
    {
        TrainResult result = TrainStep.Simulate(job);
        return (result.Breakdown.Total - result.Breakdown.Optimizer).Value;
    }

    private static TrainJob Job(int data)
    {
        Node node = SamplePieces.Node("a100-sxm-80gb");
        Assert.True(ModelCatalog.TryFind("gpt-22b", out TransformerArchitecture? architecture));
        return new()
        {
            Architecture = architecture,
            Cluster = new Cluster { Node = node, Devices = 4 * data },
            Efficiency = EfficiencyCatalog.For(node.Accelerator),
            Layout = new ParallelLayout { Pipeline = 4, Data = data },
            MicroBatch = 1,
            GlobalBatch = 16 * data,
            SequenceLength = 2048,
            Precision = NumberFormat.Fp16,
        };
    }
}
