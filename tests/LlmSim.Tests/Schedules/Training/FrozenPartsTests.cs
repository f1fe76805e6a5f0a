using LlmSim.Model.Architecture;
using LlmSim.Model.Cost;
using LlmSim.Model.Memory;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;
using LlmSim.Schedules.Training;
using Xunit;

namespace LlmSim.Tests.Schedules.Training;

/// <summary>Frozen layers and distillation against counts by hand.</summary>
public sealed class FrozenPartsTests
{
    private const double L = 48, S = 2048, H = 6144, V = 51200, B = 4;

    [Theory]
    [InlineData(24, true, 1)]
    [InlineData(24, false, 2)]
    [InlineData(48, true, 1)]
    public void A_frozen_layer_counts_its_forward_pass_and_what_passes_through_it(int frozen, bool embedding, double passes)
    {
        // 24h² + 4hs a token of a layer forward; as much again for gradients that pass (attention's scores have two gradients), and for weights that are trained.
        TrainJob job = AdapterTests.Job("gpt-22b") with { Parts = new TrainedParts { FrozenLayers = frozen, FrozenEmbedding = embedding } };
        double frozenLayer = (passes * 24 * H * H) + ((passes > 1 ? 3 : 1) * 4 * H * S);
        double trainedLayer = 3 * ((24 * H * H) + (4 * H * S));
        double expected = B * S * ((frozen * frozenLayer) + ((L - frozen) * trainedLayer) + ((embedding ? 2 : 3) * 2 * H * V)); // the head shares the embedding's matrix
        Assert.Equal(expected, ModelFlops.PerStep(job).Value, 1e-9 * expected);
    }

    [Fact]
    public void Layers_below_the_lowest_trained_one_have_no_backward_pass_and_keep_nothing()
    {
        TrainJob job = AdapterTests.Job("gpt-22b") with { Layout = new ParallelLayout { Pipeline = 2 }, Parts = new TrainedParts { FrozenLayers = 24, FrozenEmbedding = true } };
        TrainResult result = TrainStep.Simulate(job);
        Assert.Equal(Seconds.Zero, result.Chunks[0].BackwardInput.Total + result.Chunks[0].BackwardWeight.Total);
        Assert.True(result.Chunks[1].BackwardWeight.Total > Seconds.Zero);
        MemoryAccount first = TrainMemory.OfStage(job.MemoryInput, 0, Bytes.Zero);
        Assert.Equal(0, first.SizeOf("activations").Value + first.SizeOf("gradients").Value + first.SizeOf("optimizer moments").Value);
        Assert.Equal(2 * ParameterSharding.OnStage(job.Architecture, job.Layout, job.Stages, 0).Total, first.SizeOf("weights").Value, 1);
    }

    [Fact]
    public void Freezing_more_layers_never_slows_a_step_nor_takes_more_memory()
    {
        TrainResult[] steps = [.. Enumerable.Range(0, 5).Select(quarter =>
            TrainStep.Simulate(AdapterTests.Job("gpt-3-1.3b") with { Parts = new TrainedParts { FrozenLayers = 6 * quarter, FrozenEmbedding = quarter > 0 } }))];
        Assert.All(steps.Zip(steps.Skip(1)), pair => Assert.True(pair.Second.Step < pair.First.Step && pair.Second.Memory.Total < pair.First.Memory.Total));
    }

    [Fact]
    public void A_teacher_of_the_students_shape_adds_a_third_of_its_operations()
    {
        // 2N forward beside 6N of training: Hinton 2015; with equal shapes exactly one third.
        TrainJob job = AdapterTests.Job("gpt-22b");
        Assert.Equal(4d / 3, ModelFlops.PerStep(job with { Teacher = job.Architecture }) / ModelFlops.PerStep(job), 1e-12);
    }

    [Fact]
    public void A_teacher_of_the_students_shape_adds_one_forward_pass()
    {
        TrainJob job = AdapterTests.Job("gpt-22b");
        ChunkCost alone = TrainStep.Simulate(job).Chunks[0];
        ChunkCost taught = TrainStep.Simulate(job with { Teacher = job.Architecture }).Chunks[0];
        Assert.Equal(2, taught.Forward.Total / alone.Forward.Total, 1e-9);
        Assert.Equal(alone.BackwardInput.Total + alone.BackwardWeight.Total, taught.BackwardInput.Total + taught.BackwardWeight.Total);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 1)]
    [InlineData(4, 3)]
    public void A_teachers_weights_lie_on_the_stages_once(int stages, int zero)
    {
        TrainJob job = AdapterTests.Job("gpt-3-1.3b") with { Teacher = AdapterTests.Job("gpt-3-6.7b").Architecture, Layout = new ParallelLayout { Pipeline = stages, Data = 2, ZeroStage = zero } };
        double held = Enumerable.Range(0, stages).Sum(stage => TrainMemory.OfStage(job.MemoryInput, stage, Bytes.Zero).SizeOf("teacher weights").Value);
        Assert.Equal(2 * ParameterSharding.Whole(job.Teacher) / (zero == 3 ? 2 : 1), held, 2.0 * V * H);
    }

    [Fact]
    public void The_closed_form_knows_frozen_layers_adapters_and_teachers()
    {
        TrainJob job = AdapterTests.Job("gpt-3-1.3b");
        TrainJob[] jobs =
        [
            job with { Parts = new TrainedParts { FrozenLayers = 12, FrozenEmbedding = true } },
            job with { Parts = new TrainedParts { Adapters = new LoraAdapters(16, AdapterTargets.All, BaseStorage.Nf4) } },
            job with { Teacher = AdapterTests.Job("gpt-3-6.7b").Architecture },
        ];
        Assert.All(jobs, each => Assert.Equal(1, new StepEstimator(each).Step(each.Layout, each.MicroBatch, each.Schedule) / TrainStep.Simulate(each).Step, 0.01));
    }
}
