using LlmSim.Model.Architecture;
using LlmSim.Model.Hardware;
using LlmSim.Model.Memory;
using LlmSim.Schedules.Training;

namespace LlmSim.Cli.Output.Pages;

/// <summary>What of a training job is out of the ordinary, each in one line; nothing for plain training.</summary>
internal static class ModeLines
{
    /// <summary>Writes the lines.</summary>
    public static Page Modes(this Page page, TrainJob job) => Lines(job).Concat(Saved(job)).Concat(Replicas(job)).Aggregate(page, static (written, line) => written.Line(line));

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

    private static IEnumerable<string> Saved(TrainJob job)
    {
        if (job.OptimizerPlacement != OptimizerPlacement.Device)
        {
            yield return $"optimizer state: {job.OptimizerPlacement.ToString().ToLowerInvariant()}";
        }

        if (job.SegmentLayers > 1)
        {
            yield return Words.Invariant($"activations kept every {job.SegmentLayers} layers");
        }

        if (job.ActivationOffload > 0)
        {
            yield return $"{Words.Percent(job.ActivationOffload)} of kept activations in host memory";
        }

        if (job.LossScaling is { } scaling)
        {
            yield return $"scaled loss, {Words.Percent(scaling.SkippedShare)} of steps skipped";
        }
    }

    private static IEnumerable<string> Replicas(TrainJob job)
    {
        if (job.Sparsity != SparseWeights.None)
        {
            yield return $"2:4 sparse weights ({job.Sparsity.ToString().ToLowerInvariant()}); operations are counted as of dense ones";
        }

        if (job.Architecture.Layers[0].LowRank is { } factors)
        {
            yield return Words.Invariant($"factored matrices of rank {factors.Rank}");
        }

        if (job.DataKind == DataKind.SingleProcess)
        {
            yield return "one process drives all devices through device 0";
        }

        if (job.ExpertTraffic is { CapacityFactor: { } factor } traffic && job.Architecture.Layers.Select(static layer => layer.FeedForward).OfType<MoeFeedForward>().FirstOrDefault() is { } experts)
        {
            double dropped = traffic.DroppedShare(experts, (double)job.MicroBatch * job.SequenceLength / job.Layout.Context);
            yield return Words.Invariant($"experts take {factor:0.##} times their mean load; ") + $"{Words.Percent(dropped)} of visits are dropped";
        }
    }

    private static string Trained(TrainJob job) => job.Parts.Adapters is { } adapters
        ? Words.Invariant($"adapters of rank {adapters.Rank}{(adapters.Dequantises ? " beside 4-bit weights" : string.Empty)}")
        : "the rest is frozen";
}
