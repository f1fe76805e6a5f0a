using LlmSim.Model.Cost;
using LlmSim.Model.Hardware;
using LlmSim.Schedules.Serving;
using LlmSim.Schedules.Training;
using LlmSim.Schedules.Training.Runs;

namespace LlmSim.Cli.Output;

/// <summary>What a reader has to know before trusting a prediction.</summary>
internal static class Notes
{
    private const string Power = "energy follows a power model that no measurement has checked";

    /// <summary>Remarks on the prediction of a training step after those on its scenario.</summary>
    public static IEnumerable<string> Of(TrainJob job, IEnumerable<string> notes) =>
        [.. notes, Of(job.Efficiency), .. Of(job.Cluster.Accelerator), "failures, checkpoints and data loading are not part of a step", Power];

    /// <summary>Remarks on the prediction of a whole run after those on its scenario.</summary>
    public static IEnumerable<string> Of(RunResult run, IEnumerable<string> notes)
    {
        TrainJob job = run.Job.Phases[0].Job;
        IEnumerable<string> assumed =
        [
            .. run.Job.Failures is null ? ["nothing fails in this run: 'run.failures' says what does"] : Array.Empty<string>(),
            .. run.Job.Loading is null ? ["samples are always there: 'run.data_loading' says how they come"] : Array.Empty<string>(),
        ];
        return [.. notes, Of(job.Efficiency), .. Of(job.Cluster.Accelerator), .. assumed, Power];
    }

    /// <summary>Remarks on the prediction of a serving run after those on its scenario.</summary>
    public static IEnumerable<string> Of(ServeJob job, IEnumerable<string> notes) =>
        [.. notes, Of(job.Efficiency), .. Of(job.Node.Accelerator), "network and tokenizer in front of the server are not part of a latency", Power];

    private static string Of(Efficiency efficiency) => $"what kernels and links reach: {efficiency.Name} ({efficiency.Source})";

    private static IEnumerable<string> Of(Accelerator accelerator)
    {
        string[] unverified = [.. accelerator.Sources.Where(static figure => !figure.Value.Verified).Select(static figure => figure.Key)];
        if (unverified.Length > 0)
        {
            yield return $"figures of {accelerator.Name} that no source confirmed: {string.Join(", ", unverified)}";
        }
    }
}
