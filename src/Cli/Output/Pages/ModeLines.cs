using LlmSim.Model.Memory;
using LlmSim.Schedules.Training;

namespace LlmSim.Cli.Output.Pages;

/// <summary>What of a training job is out of the ordinary, each in one line; nothing for plain training.</summary>
internal static class ModeLines
{
    /// <summary>Writes the lines.</summary>
    public static Page Modes(this Page page, TrainJob job) => Lines(job).Aggregate(page, static (written, line) => written.Line(line));

    private static IEnumerable<string> Lines(TrainJob job)
    {
        if (!job.Parts.IsWhole)
        {
            yield return $"{Words.Short(TrainedSharding.Whole(job.Architecture, job.Parts))} parameters are trained: {Trained(job)}";
        }

        if (job.Teacher is { } teacher)
        {
            yield return $"beside the forward pass of a teacher, {teacher.Name} of {Words.Short(ParameterSharding.Whole(teacher))} parameters";
        }
    }

    private static string Trained(TrainJob job) => job.Parts.Adapters is { } adapters
        ? Words.Invariant($"adapters of rank {adapters.Rank}{(adapters.Dequantises ? " beside 4-bit weights" : string.Empty)}")
        : "the rest is frozen";
}
