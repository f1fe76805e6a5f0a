using System.Collections.Immutable;
using System.Text.Json.Serialization;
using LlmSim.Model.Architecture;
using LlmSim.Model.Parallelism;
using LlmSim.Schedules.Training;

namespace LlmSim.Validation.Measurements.Training;

/// <summary>What the software of a source does beyond the layout, from <c>training-stacks.json</c>; the first entry that fits a row holds.</summary>
/// <param name="Source">Start of the column <c>source</c>; null for rows of any source.</param>
/// <param name="Precision">Number format of the row; null for any.</param>
/// <param name="Gated">Whether the feed-forward part has a gate; null for either.</param>
/// <param name="Attention">Whether scores are written.</param>
/// <param name="Dropout">Whether layers drop out.</param>
/// <param name="TensorOverlap">Where tensor-parallel exchanges are hidden.</param>
/// <param name="DataOverlap">Whether gradients are exchanged beside the backward pass.</param>
/// <param name="FusedLoss">Whether the loss is one kernel.</param>
/// <param name="PaddedVocabulary">Whether the vocabulary is padded to aligned rows.</param>
/// <param name="PipelineOverlap">Whether activations travel between stages beside work.</param>
/// <param name="SelectiveProducts">Whether selective recomputation computes every second product again; null: no.</param>
/// <param name="ExpertOverlap">Whether tokens travel to their experts beside other work; null: no.</param>
/// <param name="Reason">Where this is stated, or why it is assumed.</param>
internal sealed record TrainingStack(
    string? Source,
    string? Precision,
    bool? Gated,
    AttentionImplementation Attention,
    bool Dropout,
    TensorOverlap TensorOverlap,
    bool DataOverlap,
    bool FusedLoss,
    bool PaddedVocabulary,
    bool PipelineOverlap,
    bool? SelectiveProducts,
    bool? ExpertOverlap,
    string Reason)
{
    private static readonly ImmutableArray<TrainingStack> Known =
        EmbeddedJson.Read("training-stacks.json", TrainingStacksJson.Default.ImmutableArrayTrainingStack);

    /// <summary>Whether the source itself tells its software; otherwise it is assumed.</summary>
    public bool IsStated => Source is not null;

    /// <summary>The software of a row.</summary>
    /// <param name="source">The row's source.</param>
    /// <param name="precision">The row's number format.</param>
    /// <param name="architecture">The row's model.</param>
    public static TrainingStack Of(string source, string precision, TransformerArchitecture architecture)
    {
        bool isGated = architecture.Layers[0].FeedForward is not DenseFeedForward { Gated: false };
        return Known.First(stack => (stack.Source is null || source.StartsWith(stack.Source, StringComparison.OrdinalIgnoreCase))
            && (stack.Precision is null || string.Equals(stack.Precision, precision, StringComparison.OrdinalIgnoreCase))
            && (stack.Gated ?? isGated) == isGated);
    }
}

/// <summary>Reads the software stacks without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ImmutableArray<TrainingStack>))]
internal sealed partial class TrainingStacksJson : JsonSerializerContext;
