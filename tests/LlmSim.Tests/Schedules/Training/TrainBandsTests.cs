using LlmSim.Model.Calibration;
using LlmSim.Model.Catalog;
using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;
using LlmSim.Model.Parallelism;
using LlmSim.Schedules.Training;
using LlmSim.Tests.Model.Cost;
using Xunit;

namespace LlmSim.Tests.Schedules.Training;

/// <summary>Bands of steps, held against what must be true of any band.</summary>
public sealed class TrainBandsTests
{
    [Fact]
    public void The_same_job_has_the_same_band_on_any_number_of_threads()
    {
        TrainJob job = Job();
        PredictionBand parallel = TrainBands.Step(job);
        double[] one = [.. Enumerable.Range(0, PredictionBand.Draws).Select(seed =>
        {
            Efficiency drawn = job.Efficiency.Draw(seed);
            double step = TrainStep.Simulate(job with { Efficiency = drawn }).Step.Value;
            return step * drawn.WholeRunFactor(drawn.Training.Spread, step);
        })];
        Assert.Equal(PredictionBand.Of(one), parallel);
    }

    [Fact]
    public void A_band_lies_around_its_prediction()
    {
        TrainJob job = Job();
        PredictionBand band = TrainBands.Step(job);
        Assert.InRange(TrainStep.Simulate(job).Step.Value, band.Low, band.High);
    }

    [Fact]
    public void Constants_of_another_device_make_a_wider_band()
    {
        TrainJob job = Job();
        PredictionBand own = TrainBands.Step(job);
        PredictionBand carried = TrainBands.Step(job with { Efficiency = job.Efficiency with { Widening = 2 } });
        Assert.True(Math.Log(carried.High / carried.Low) > 1.3 * Math.Log(own.High / own.Low));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(0, 1)]
    public void The_range_of_draws_runs_straight_between_their_ranks(int first, int step)
    {
        // 32 draws: the 5 % quantile has rank 0.05 · 33 = 1.65 and the 95 % one rank 31.35, counted from one.
        PredictionBand band = PredictionBand.Of(Enumerable.Range(0, 32).Select(i => (double)(first + (i * step))));
        Assert.Equal(first + (step * 0.65), band.Low, 1e-9);
        Assert.Equal(first + (step * 30.35), band.High, 1e-9);
    }

    private static TrainJob Job()
    {
        Assert.True(ModelCatalog.TryFind("gpt-22b", out var architecture));
        Node node = SamplePieces.Node("a100-sxm-80gb");
        return new TrainJob
        {
            Architecture = architecture,
            Cluster = new Cluster { Node = node, Devices = 8 },
            Efficiency = EfficiencyCatalog.For(node.Accelerator),
            Layout = new ParallelLayout { Tensor = 8 },
            MicroBatch = 4,
            GlobalBatch = 4,
            SequenceLength = 2048,
            Precision = NumberFormat.Fp16,
            Schedule = "1f1b",
            Recompute = RecomputeMode.Selective,
        };
    }
}
