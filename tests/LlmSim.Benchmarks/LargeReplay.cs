using System.Globalization;
using LlmSim.Model.Units;
using LlmSim.Schedules.Pipelines;

namespace LlmSim.Benchmarks;

/// <summary>How long a large pipeline takes to generate, check and replay.</summary>
internal static class LargeReplay
{
    private const int Stages = 64;
    private const int MicroBatches = 1024;
    private const int Chunks = 4;

    /// <summary>Median seconds of each step for 64 stages, 1,024 micro-batches and 4 chunks.</summary>
    public static void Report(TextWriter output)
    {
        PipelineSchedule schedule = Generate();
        var times = new PassTimes(Seconds.Milliseconds(1), Seconds.Milliseconds(1.1), Seconds.Milliseconds(0.9));
        StageCosts costs = StageCosts.Uniform(Stages, Chunks, times, Seconds.Microseconds(20));
        int passes = schedule.ByStage.Sum(static order => order.Length);
        double[] medians = Rounds.Medians(
            static () => Generate(),
            () => PipelineReplay.Run(schedule, costs),
            () => PipelineReplay.Run(schedule, costs, record: true),
            () => PipelineSimulation.Run(schedule, costs, record: false, CancellationToken.None));
        string[] names = ["generate", "replay", "replay, recorded", "replay on engine"];
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{schedule.Name} {Stages} x {MicroBatches} x {Chunks}: {passes:N0} passes"));
        foreach ((string name, double seconds) in names.Zip(medians))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-17} {seconds,8:F4} s"));
        }
    }

    private static PipelineSchedule Generate() =>
        PipelineSchedules.TryGenerate("interleaved-1f1b", Stages, MicroBatches, Chunks, out PipelineSchedule? schedule, out string problem)
            ? schedule
            : throw new InvalidOperationException(problem);
}
