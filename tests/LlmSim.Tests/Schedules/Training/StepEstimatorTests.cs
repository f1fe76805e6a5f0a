using LlmSim.Model.Architecture;
using LlmSim.Model.Catalog;
using LlmSim.Model.Hardware;
using LlmSim.Model.Parallelism;
using LlmSim.Schedules.Training;
using LlmSim.Tests.Model.Cost;
using Xunit;

namespace LlmSim.Tests.Schedules.Training;

/// <summary>The closed form of a step against its simulation.</summary>
public sealed class StepEstimatorTests
{
    [Theory]
    [InlineData("gpt-22b", 8, 1, 1, 1, "1f1b")]
    [InlineData("gpt-22b", 1, 1, 1, 8, "1f1b")]
    [InlineData("gpt-175b", 8, 8, 1, 1, "1f1b")]
    [InlineData("gpt-175b", 8, 8, 3, 2, "interleaved-1f1b")]
    [InlineData("gpt-175b", 4, 8, 1, 4, "zb-h1")]
    [InlineData("gpt-175b", 4, 8, 1, 2, "zb-v")]
    [InlineData("gpt-175b", 8, 4, 1, 2, "dualpipe")]
    [InlineData("mixtral-8x7b", 2, 4, 1, 4, "1f1b")]
    public void An_estimate_is_near_the_simulated_step(string model, int tensor, int pipeline, int chunks, int data, string schedule)
    {
        Assert.True(ModelCatalog.TryFind(model, out TransformerArchitecture? architecture));
        Node node = SamplePieces.Node("a100-sxm-80gb");
        var job = new TrainJob
        {
            Architecture = architecture,
            Cluster = new Cluster { Node = node, Devices = tensor * pipeline * data },
            Efficiency = EfficiencyCatalog.For(node.Accelerator),
            Layout = new ParallelLayout { Tensor = tensor, Pipeline = pipeline, VirtualStages = chunks, Data = data, SequenceParallel = tensor > 1 },
            MicroBatch = 1,
            GlobalBatch = 48 * data,
            SequenceLength = 2048,
            Schedule = schedule,
            OverlapData = true,
        };
        var estimator = new StepEstimator(job);
        double simulated = TrainStep.Simulate(job).Step.Value;
        Assert.InRange(estimator.Step(job.Layout, 1, schedule).Value / simulated, 0.93, 1.07);
    }
}
