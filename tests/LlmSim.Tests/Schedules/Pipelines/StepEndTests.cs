using CsCheck;
using LlmSim.Model.Units;
using LlmSim.Schedules.Pipelines;
using Xunit;

namespace LlmSim.Tests.Schedules.Pipelines;

/// <summary>Exchanges of gradients beside and after the passes, and passes that stray from their mean.</summary>
public sealed class StepEndTests
{
    [Fact]
    public void Exchanges_end_alike_on_the_path_and_on_the_engine()
    {
        Pipelines.Any.SelectMany(static schedule => Costs(schedule), static (schedule, costs) => (schedule, costs)).Sample(static (schedule, costs) =>
        {
            PipelineReplayResult path = PipelineReplay.Run(schedule, costs);
            PipelineReplayResult engine = PipelineSimulation.Run(schedule, costs, record: false, TestContext.Current.CancellationToken);
            Assert.Equal(path.EndByStage.AsEnumerable(), engine.EndByStage);
            Assert.Equal(path.Makespan, engine.Makespan);
        });
    }

    [Fact]
    public void A_shared_link_never_makes_a_step_shorter_and_without_messages_changes_nothing()
    {
        Pipelines.Any.SelectMany(static schedule => Costs(schedule), static (schedule, costs) => (schedule, costs)).Sample(static (schedule, costs) =>
        {
            StageCosts quiet = costs with { Transfer = Seconds.Zero };
            StageCosts shared = quiet with { End = costs.End! with { SharedLink = true } };
            Assert.Equal(
                PipelineReplay.Run(schedule, quiet).EndByStage.AsEnumerable(),
                PipelineSimulation.Run(schedule, shared, record: false, TestContext.Current.CancellationToken).EndByStage);
            StageCosts contended = costs with { End = costs.End! with { SharedLink = true } };
            Assert.True(PipelineSimulation.Run(schedule, contended, record: false, TestContext.Current.CancellationToken).Makespan >= PipelineReplay.Run(schedule, costs).Makespan);
        });
    }

    [Fact]
    public void Two_that_share_a_link_each_get_half_of_it()
    {
        // Two stages, one micro-batch: stage 1's exchange (100 ns) starts with the end of its backward, together with the message (40 ns) to stage 0.
        // Sharing, the message needs 80 ns; stage 0 then works 30 ns, and the exchange is through at 10 + 40 + 20 + 140 = 80 + 60 later.
        PipelineSchedule schedule = Pipelines.Schedule("1f1b", 2, 1, 1);
        var stage = new PassTimes(Pipelines.Time(10), Pipelines.Time(10), Pipelines.Time(20));
        StageCosts costs = StageCosts.Uniform(2, 1, stage, Pipelines.Time(40)) with
        {
            End = new() { ByChunk = [new(Pipelines.Time(0), default), new(Pipelines.Time(100), default)], Overlapped = true, SharedLink = true },
        };
        PipelineReplayResult result = PipelineSimulation.Run(schedule, costs, record: false, TestContext.Current.CancellationToken);
        const int BackwardEnds = 10 + 40 + 10 + 30;
        Assert.Equal((BackwardEnds + 80 + 30) * 1e-9, result.Makespan.Value, 1e-15);
        Assert.Equal((BackwardEnds + 140) * 1e-9, result.EndByStage[1].Value, 1e-15);
    }

    [Fact]
    public void An_overlapped_exchange_of_one_stage_hides_in_its_last_backward_but_for_what_is_left()
    {
        PipelineSchedule schedule = Pipelines.Schedule("1f1b", 1, 3, 1);
        var stage = new PassTimes(Pipelines.Time(100), Pipelines.Time(100), Pipelines.Time(100));
        StageCosts costs = StageCosts.Uniform(1, 1, stage) with { End = new() { ByChunk = [new(Pipelines.Time(150), Pipelines.Time(120))], Overlapped = true } };
        Assert.Equal((900 + 30) * 1e-9, PipelineReplay.Run(schedule, costs).EndByStage[0].Value, 1e-15);
        Assert.Equal((900 + 150) * 1e-9, PipelineReplay.Run(schedule, costs with { End = costs.End! with { Overlapped = false } }).EndByStage[0].Value, 1e-15);
    }

    [Fact]
    public void Noise_is_the_same_for_a_seed_and_costs_the_more_the_more_ranks_wait()
    {
        PipelineSchedule schedule = Pipelines.Schedule("1f1b", 4, 32, 1);
        var stage = new PassTimes(Seconds.Milliseconds(1), Seconds.Milliseconds(1), Seconds.Milliseconds(1));
        StageCosts costs = StageCosts.Uniform(4, 1, stage);
        Seconds Run(PassJitter? jitter) => PipelineReplay.Run(schedule, costs with { Jitter = jitter }).Makespan;
        Assert.Equal(Run(new(7, 0.05)), Run(new(7, 0.05)));
        Assert.NotEqual(Run(new(7, 0.05)), Run(new(8, 0.05)));
        Assert.True(Run(new(7, 0.05) { Ranks = 8 }) > Run(new(7, 0.05)) && Run(new(7, 0.05)) > Run(null));

        // A straggler paces the pipeline: (m + p − 1) passes of which m are its own.
        Assert.Equal((3 * 32 * 1.5e-3) + (3 * 3e-3), Run(new(7, 0) { Straggler = 3, StragglerFactor = 1.5 }).Value, 1e-9);
    }

    [Fact]
    public void The_slowest_of_n_ranks_lies_where_order_statistics_put_it()
    {
        // Expected maximum of 8 standard normals: 1.4236 (Harter 1961).
        double mean = Enumerable.Range(0, 20_000).Average(static place => Math.Log(new PassJitter(3, 0.1) { Ranks = 8 }.Factor(0, place)) / 0.1);
        Assert.Equal(1.4236, mean, 0.02);
    }

    private static Gen<StageCosts> Costs(PipelineSchedule schedule) => Gen.Select(
        Pipelines.Costs(schedule),
        Gen.Select(Gen.Int[0, 3000], Gen.Int[0, 900]).Array[schedule.Shape.RouteLength],
        Gen.Bool,
        static (costs, exchanges, isOverlapped) => costs with
        {
            End = new() { ByChunk = [.. exchanges.Select(static e => new GradientExchange(Pipelines.Time(e.Item1), Pipelines.Time(Math.Min(e.Item1, e.Item2))))], Overlapped = isOverlapped },
        });
}
