using System.Collections.Immutable;
using LlmSim.Model.Architecture;
using LlmSim.Model.Hardware;
using LlmSim.Planning.Scenarios;
using LlmSim.Schedules.Training;

namespace LlmSim.Planning.Jobs;

/// <summary>Makes a model smaller as a scenario asks, or says why not and what is legal.</summary>
internal static class Compression
{
    /// <summary>The model that is trained.</summary>
    public static TransformerArchitecture Apply(TrainScenario scenario, TransformerArchitecture whole, ProblemList problems)
    {
        TransformerArchitecture left = whole;
        if (scenario.Training.Pruned is { } pruning)
        {
            const string path = "training.pruned";
            string? reason = pruning.Problem(whole);
            if (reason is not null)
            {
                problems.Add(scenario.ProblemAt(path, $"'{path}': {reason}"));
                return whole;
            }

            left = pruning.Apply(whole);
        }

        return scenario.Training.LowRank is { } factors ? Factored(scenario, left, factors, problems) : left;
    }

    /// <summary>Sparse weights need a device that multiplies them faster, and weights that are there as they are multiplied.</summary>
    public static void CheckSparsity(TrainScenario scenario, TrainJob job, ProblemList problems)
    {
        const string path = "training.sparse_weights";
        if (job.Sparsity == SparseWeights.None)
        {
            return;
        }

        Accelerator device = job.Cluster.Accelerator;
        if (!StructuredSparsity.Supports(device, job.Precision))
        {
            string legal = string.Join(", ", device.MatrixPeak.Keys.Where(format => StructuredSparsity.Supports(device, format)).Select(static format => format.Name()));
            problems.Add(scenario.ProblemAt(
                path, $"'{path}': {device.Name} multiplies no sparse {job.Precision.Name()}: legal is none{(legal.Length > 0 ? $", or a precision of {legal}" : string.Empty)}"));
        }

        if (job.Parts.Adapters is { Dequantises: true })
        {
            problems.Add(scenario.ProblemAt(path, $"'{path}' stands beside 'training.lora.base' of nf4, whose weights are expanded dense: legal is none, or base: precision"));
        }
    }

    private static TransformerArchitecture Factored(TrainScenario scenario, TransformerArchitecture whole, LowRankFactors factors, ProblemList problems)
    {
        ImmutableArray<LayerSpec> layers = [.. whole.Layers.Select(layer => layer with { LowRank = factors })];
        if (layers.All(layer => LowRankFactors.Of(layer, whole.HiddenSize).IsEmpty))
        {
            const string path = "training.low_rank.targets";
            problems.Add(scenario.ProblemAt(path, $"'{path}' names no matrix of {whole.Name}: legal are those of its attention and dense feed-forward layers"));
        }

        if (scenario.Training.Lora is not null)
        {
            const string path = "training.low_rank";
            problems.Add(scenario.ProblemAt(path, $"'{path}' stands beside 'training.lora': only one of both may be given"));
        }

        return whole with { Layers = layers };
    }
}
