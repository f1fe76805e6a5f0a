using System.Collections.Frozen;
using System.Collections.Immutable;
using LlmSim.Schedules.Pipelines;

namespace LlmSim.Validation.Measurements.Training;

/// <summary>Pipeline schedules that measurements name.</summary>
internal static class StepSchedules
{
    /// <summary>Names in papers that stand for a schedule with what the paper calls it: the nearest one is taken and the row marked.</summary>
    private static readonly FrozenDictionary<string, string> Nearest = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        // Llama 3 (arXiv 2407.21783), section 3.3.2: interleaved 1F1B with a tunable number of contiguous micro-batches.
        ["1f1b-flexible"] = PipelineSchedules.InterleavedOneForwardOneBackward,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Every schedule that a table may name, in ordinal order.</summary>
    public static string Legal { get; } = string.Join(
        ", ",
        ((IEnumerable<string>)[.. PipelineSchedules.Names, .. PipelineSchedules.Aliases.Keys, .. Nearest.Keys])
            .Distinct()
            .Order(StringComparer.Ordinal));

    /// <summary>The schedule that a name stands for.</summary>
    /// <param name="name">Name as written.</param>
    /// <param name="assumed">Whether another schedule stands in for it.</param>
    public static string Resolve(string name, out bool assumed)
    {
        assumed = Nearest.TryGetValue(name, out string? nearest);
        return PipelineSchedules.Resolve(nearest ?? name);
    }

    /// <summary>Whether a schedule goes by that name.</summary>
    public static bool IsKnown(string schedule) => PipelineSchedules.TryFind(schedule, out _);

    /// <summary>The most chunks up to <paramref name="most"/> that cut a stage's layers evenly.</summary>
    public static int EvenChunks(int layersOnStage, int most) =>
        Enumerable.Range(1, Math.Max(1, Math.Min(most, layersOnStage))).Last(chunks => layersOnStage % chunks == 0);
}
