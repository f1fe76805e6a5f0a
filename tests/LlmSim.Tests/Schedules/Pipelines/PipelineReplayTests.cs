using CsCheck;
using LlmSim.Model.Units;
using LlmSim.Schedules.Pipelines;
using Xunit;

namespace LlmSim.Tests.Schedules.Pipelines;

public sealed class PipelineReplayTests
{
    private static readonly Gen<PassTimes> StageTimes = Gen.Select(Gen.Int[1, 500], Gen.Int[1, 500], Gen.Int[1, 500])
        .Select(static t => new PassTimes(Pipelines.Time(12 * t.Item1), Pipelines.Time(12 * t.Item2), Pipelines.Time(12 * t.Item3)));

    [Fact]
    public void The_bubble_of_1F1B_is_p_minus_1_of_m_plus_p_minus_1()
    {
        Gen.Select(Gen.Int[1, 12], Gen.Int[1, 40], StageTimes).Sample(static (stages, microBatches, stage) =>
        {
            PipelineReplayResult result = PipelineReplay.Run(Pipelines.Schedule("1f1b", stages, microBatches, 1), StageCosts.Uniform(stages, 1, stage));
            Assert.Equal((stages - 1d) / (microBatches + stages - 1d), result.BubbleFraction, 1e-9);
            Assert.Equal(PipelineClosedForms.OneForwardOneBackward(stages, microBatches, stage).Value, result.Makespan.Value, 1e-12);
            Assert.Equal(result.Makespan, result.Span);
        });
    }

    [Fact]
    public void The_bubble_of_interleaved_1F1B_is_p_minus_1_by_v_m_of_the_ideal()
    {
        // 12 is a multiple of 1 to 4 chunks, so that chunks are whole nanoseconds.
        Gen.Select(Pipelines.Sizes, StageTimes).Sample(static (size, stage) =>
        {
            (int stages, int rounds, int chunks) = size;
            int microBatches = stages * rounds;
            PipelineSchedule schedule = Pipelines.Schedule("interleaved-1f1b", stages, microBatches, chunks);
            PipelineReplayResult result = PipelineReplay.Run(schedule, StageCosts.Uniform(stages, chunks, stage));
            Assert.Equal((stages - 1d) / (chunks * (double)microBatches), result.BubbleOverIdeal, 1e-9);
            Assert.Equal(PipelineClosedForms.InterleavedOneForwardOneBackward(stages, microBatches, chunks, stage).Value, result.Makespan.Value, 1e-12);
        });
    }

    [Fact]
    public void Replay_on_the_engine_equals_the_longest_path()
    {
        Pipelines.Any.SelectMany(Pipelines.Costs, static (schedule, costs) => (schedule, costs)).Sample(static (schedule, costs) =>
        {
            PipelineReplayResult path = PipelineReplay.Run(schedule, costs, record: true);
            PipelineReplayResult engine = PipelineSimulation.Run(schedule, costs, record: true, CancellationToken.None);
            Assert.Equal(path.Spans.AsEnumerable(), engine.Spans);
            Assert.Equal(path.Makespan, engine.Makespan);
            Assert.Equal(path.Span, engine.Span);
            Assert.Equal(path.BusyByStage.AsEnumerable(), engine.BusyByStage);
        });
    }

    [Fact]
    public void Recorded_passes_do_not_overlap_and_lie_behind_what_they_need()
    {
        Pipelines.Any.SelectMany(Pipelines.Costs, static (schedule, costs) => (schedule, costs)).Sample(static (schedule, costs) =>
        {
            PipelineReplayResult result = PipelineReplay.Run(schedule, costs, record: true);
            Assert.Equal(schedule.ByStage.SelectMany(static passes => passes), result.Spans.Select(static span => span.Pass));
            foreach ((PassSpan before, PassSpan after) in result.Spans.Zip(result.Spans.Skip(1)).Where(static pair => pair.First.Stage == pair.Second.Stage))
            {
                Assert.True(before.End <= after.Start);
            }

            PipelineShape shape = schedule.Shape;
            var forwards = result.Spans.Where(static s => s.Pass.IsForward).ToDictionary(s => (shape.Position(s.Stage, s.Pass.Chunk), s.Pass.MicroBatch));
            var backwards = result.Spans.Where(static s => s.Pass.IsBackward)
                .ToDictionary(s => (shape.Position(s.Stage, s.Pass.BackwardPart.Chunk), s.Pass.BackwardPart.MicroBatch));
            foreach (PassSpan span in result.Spans)
            {
                (int position, int behind) = (shape.Position(span.Stage, span.Pass.Chunk), shape.Position(span.Stage, span.Pass.BackwardPart.Chunk));
                PassSpan? activations = span.Pass.IsForward && forwards.TryGetValue((position - 1, span.Pass.MicroBatch), out PassSpan f) ? f : null;
                PassSpan? gradient = span.Pass.IsBackward && backwards.TryGetValue((behind + 1, span.Pass.BackwardPart.MicroBatch), out PassSpan b) ? b : null;
                PassSpan? own = span.Pass.Kind == PassKind.BackwardWeight ? backwards[(position, span.Pass.MicroBatch)]
                    : span.Pass.IsBackward ? forwards[(behind, span.Pass.BackwardPart.MicroBatch)] : null;
                foreach (PassSpan needed in new[] { activations, gradient, own }.OfType<PassSpan>())
                {
                    Seconds hop = needed.Stage == span.Stage ? Seconds.Zero : costs.Transfer;
                    Assert.True(needed.End + hop <= span.Start, $"{span.Pass} starts before {needed.Pass} arrives");
                }
            }
        });
    }

    [Fact]
    public void A_single_stage_works_without_a_pause_and_without_transfers()
    {
        var stage = new PassTimes(Seconds.Milliseconds(1), Seconds.Milliseconds(1), Seconds.Milliseconds(1));
        PipelineReplayResult result = PipelineReplay.Run(Pipelines.Schedule("1f1b-i", 1, 5, 2), StageCosts.Uniform(1, 2, stage, Seconds.From(1)));
        Assert.Equal(15e-3, result.Makespan.Value, 1e-12);
        Assert.Equal(0, result.BubbleFraction);
    }

    [Fact]
    public void Costs_for_another_number_of_chunks_are_refused()
    {
        StageCosts costs = StageCosts.Uniform(3, 1, default);
        Assert.Throws<ArgumentException>(() => PipelineReplay.Run(Pipelines.Schedule("1f1b", 4, 8, 1), costs));
    }
}
