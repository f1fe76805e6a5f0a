using CsCheck;
using LlmSim.Model.Units;
using LlmSim.Schedules.Pipelines;
using Xunit;

namespace LlmSim.Tests.Schedules.Pipelines;

/// <summary>Pipelines for tests.</summary>
internal static class Pipelines
{
    /// <summary>Stages, rounds of micro-batches (m = p·rounds) and chunks.</summary>
    public static readonly Gen<(int Stages, int Rounds, int Chunks)> Sizes = Gen.Select(Gen.Int[1, 9], Gen.Int[1, 5], Gen.Int[1, 4]);

    /// <summary>Every schedule, each with sizes that it can serve.</summary>
    public static readonly Gen<PipelineSchedule> Any = Gen.OneOf(
        Gen.Select(Gen.Int[0, 5], Gen.Int[1, 9], Gen.Int[1, 20]).Select(static s => Schedule(AnySize[s.Item1], s.Item2, s.Item3, 1)),
        Sizes.Select(static size => Schedule("interleaved-1f1b", size.Stages, size.Stages * size.Rounds, size.Chunks)),
        Gen.Select(Gen.Int[1, 4], Gen.Int[1, 4]).Select(static s => Schedule("chimera", 2 * s.Item1, 2 * s.Item1 * s.Item2, 1)),
        Gen.Select(Gen.Int[1, 4], Gen.Int[0, 8]).Select(static s => Schedule("dualpipe", 2 * s.Item1, (4 * s.Item1) + (2 * s.Item2), 1)),
        Gen.Select(Gen.Int[1, 8], Gen.Int[0, 15]).Select(static s => Schedule("dualpipe-v", s.Item1, (2 * s.Item1) + s.Item2, 1)));

    /// <summary>Schedules for any number of stages and micro-batches.</summary>
    private static string[] AnySize => ["naive", "gpipe", "pipedream", "1f1b", "zb-h1", "zb-h2"];

    public static PipelineSchedule Schedule(string name, int stages, int microBatches, int chunks)
    {
        Assert.True(PipelineSchedules.TryGenerate(name, stages, microBatches, chunks, out PipelineSchedule? schedule, out string problem), problem);
        return schedule;
    }

    /// <summary>Costs that differ on every chunk, with and without transfers.</summary>
    public static Gen<StageCosts> Costs(PipelineSchedule schedule) => Gen.Select(
        Gen.Select(Gen.Int[0, 900], Gen.Int[0, 900], Gen.Int[0, 900]).Array[schedule.Shape.RouteLength],
        Gen.Int[0, 400],
        static (chunks, transfer) => new StageCosts
        {
            ByChunk = [.. chunks.Select(static c => new PassTimes(Time(c.Item1), Time(c.Item2), Time(c.Item3)))],
            Transfer = Time(transfer),
        });

    /// <summary>A length in nanoseconds, so that nothing is rounded.</summary>
    public static Seconds Time(int nanoseconds) => Seconds.From(nanoseconds * 1e-9);
}
