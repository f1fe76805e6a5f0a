using System.Collections.Immutable;
using CsCheck;
using LlmSim.Schedules.Pipelines;
using Xunit;

namespace LlmSim.Tests.Schedules.Pipelines;

public sealed class ScheduleRulesTests
{
    private static readonly Pass Forward = new(PassKind.Forward, 0, 0);
    private static readonly Pass Backward = new(PassKind.Backward, 0, 0);
    private static readonly Pass Input = new(PassKind.BackwardInput, 0, 0);
    private static readonly Pass Weight = new(PassKind.BackwardWeight, 0, 0);

    [Fact]
    public void Generated_schedules_have_no_problems()
    {
        Pipelines.Any.Sample(static schedule => Assert.Empty(ScheduleRules.Problems(schedule)));
    }

    [Fact]
    public void Messages_of_generated_schedules_go_through_where_sends_block()
    {
        // ZB-H2 and PipeDream's kin run ahead of their receiver by design; a receive buffer for each stage of the way is enough for all.
        Pipelines.Any.Sample(static schedule => Assert.Empty(ScheduleRules.MessageProblems(schedule, ahead: schedule.Stages)));
    }

    [Theory]
    [InlineData("1f1b", 1)]
    [InlineData("gpipe", 1)]
    [InlineData("naive", 1)]
    [InlineData("zb-h1", 1)]
    public void Most_schedules_need_no_buffer_at_all(string name, int chunks)
    {
        PipelineSchedule schedule = Pipelines.Schedule(name, 4, 16, chunks);
        Assert.Empty(ScheduleRules.MessageProblems(schedule, ahead: 0));
    }

    [Fact]
    public void A_stage_that_fills_with_twice_the_micro_batches_deadlocks_where_sends_block()
    {
        PipelineSchedule schedule = Pipelines.Schedule("zb-h2", 4, 12, 1);
        Assert.NotEmpty(ScheduleRules.MessageProblems(schedule, ahead: 0));
        Assert.Empty(ScheduleRules.MessageProblems(schedule, ahead: 2));
    }

    [Fact]
    public void Stages_that_receive_before_they_send_what_the_other_waits_for_are_named()
    {
        // Stage 1 wants the second micro-batch first: alone it is a legal order, but the next message on the wire is the first micro-batch.
        Pass f1 = Forward with { MicroBatch = 1 };
        Pass b1 = Backward with { MicroBatch = 1 };
        var schedule = new PipelineSchedule("swapped", new(2, 2, 1), [[Forward, f1, b1, Backward], [f1, Forward, b1, Backward]]);
        Assert.Empty(ScheduleRules.Problems(schedule));
        Assert.Equal(["stage 1 expects another message from stage 0 than the next one sent, before F1.0"], ScheduleRules.MessageProblems(schedule, ahead: 9));
    }

    [Fact]
    public void Under_1F1B_stage_s_keeps_p_minus_s_micro_batches_or_all()
    {
        Gen.Select(Gen.Int[1, 12], Gen.Int[1, 30]).Sample(static (stages, microBatches) => Assert.Equal(
            Enumerable.Range(0, stages).Select(stage => (double)Math.Min(microBatches, stages - stage)),
            ScheduleRules.PeakLiveMicroBatches(Pipelines.Schedule("1f1b", stages, microBatches, 1))));
    }

    [Fact]
    public void Interleaving_keeps_p_plus_p_minus_1_by_v_micro_batches_on_the_first_stage()
    {
        // Korthikanti et al. 2022, section 4.2.3: activations of the first stage grow by 1 + (p − 1)/(p·v).
        PipelineSchedule schedule = Pipelines.Schedule("interleaved-1f1b", 8, 64, 3);
        Assert.Equal(8 * (1 + (7 / (8d * 3))), ScheduleRules.PeakLiveMicroBatches(schedule)[0], 1e-9);
    }

    [Fact]
    public void Half_of_a_micro_batch_lives_until_its_weight_gradient()
    {
        ImmutableArray<Pass> order = [Forward, Input, Forward with { MicroBatch = 1 }, Weight, Input with { MicroBatch = 1 }, Weight with { MicroBatch = 1 }];
        var schedule = new PipelineSchedule("split", new(1, 2, 1), [order]);
        Assert.Empty(ScheduleRules.Problems(schedule));
        Assert.Equal(1.5, Assert.Single(ScheduleRules.PeakLiveMicroBatches(schedule)));
    }

    [Fact]
    public void A_pass_that_is_missing_doubled_or_foreign_is_named()
    {
        Assert.Equal(["stage 0 makes I0.0 0 times instead of once", "stage 0 makes W0.0 0 times instead of once"], Problems([Forward]));
        Assert.Equal(["stage 0 makes F0.0 2 times instead of once"], Problems([Forward, Forward, Backward]));
        Assert.Equal(["stage 0 makes W0.0 2 times instead of once"], Problems([Forward, Backward, Weight]));
        Assert.Equal(["stage 0 runs F7.0, which does not exist"], Problems([Forward, Backward, Forward with { MicroBatch = 7 }]));
    }

    [Fact]
    public void An_order_in_which_a_stage_waits_for_ever_is_named_and_not_replayed()
    {
        var schedule = new PipelineSchedule("crossed", new(2, 1, 1), [[Backward, Forward], [Forward, Backward]]);
        Assert.Equal(["stage 0 waits for ever before B0.0", "stage 1 waits for ever before F0.0"], ScheduleRules.Problems(schedule));
        StageCosts costs = StageCosts.Uniform(2, 1, default);
        Assert.Throws<ArgumentException>(() => PipelineReplay.Run(schedule, costs));
        Assert.Throws<ArgumentException>(() => PipelineSimulation.Run(schedule, costs, record: false, CancellationToken.None));
        Assert.Equal(["stage 0 waits for ever before W0.0"], Problems([Forward, Weight, Input]));
    }

    [Theory]
    [InlineData("1f1b", 4, 8, 2, "one chunk")]
    [InlineData("interleaved-1f1b", 4, 6, 2, "multiples of the 4 stages")]
    [InlineData("1f1b", 0, 8, 1, "at least 1 stage")]
    [InlineData("1f2b", 4, 8, 1, "there are 1f1b, chimera")]
    public void A_schedule_that_does_not_exist_says_why(string name, int stages, int microBatches, int chunks, string expected)
    {
        Assert.False(PipelineSchedules.TryGenerate(name, stages, microBatches, chunks, out PipelineSchedule? schedule, out string problem));
        Assert.Null(schedule);
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    private static ImmutableArray<string> Problems(ImmutableArray<Pass> order) =>
        ScheduleRules.Problems(new PipelineSchedule("test", new(1, 1, 1), [order]));
}
