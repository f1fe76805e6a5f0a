using System.Collections.Immutable;
using LlmSim.Model.Architecture;

namespace LlmSim.Schedules.Training;

/// <summary>A layer as a step sees it: equal ones cost the same.</summary>
/// <param name="Layer">Its shape.</param>
/// <param name="Trained">What is trained of it.</param>
public readonly record struct TrainedLayer(LayerSpec Layer, LayerTraining Trained = LayerTraining.Whole)
{
    /// <summary>Whether gradients reach it.</summary>
    public bool HasBackward => Trained != LayerTraining.ForwardOnly;

    /// <summary>A layer of a job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="index">Index of the layer from zero.</param>
    public static TrainedLayer Of(TrainJob job, int index) => new(job.Architecture.Layers[index], job.Parts.OfLayer(index));

    /// <summary>The different layers of a job in order of first appearance, each with its number.</summary>
    public static ImmutableArray<(TrainedLayer Layer, int Count)> Distinct(TrainJob job) =>
        [.. Enumerable.Range(0, job.Architecture.Layers.Length).Select(layer => Of(job, layer)).GroupBy(static layer => layer).Select(static kind => (kind.Key, kind.Count()))];
}
