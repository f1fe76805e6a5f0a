using System.Collections.Immutable;
using System.Text.Json.Serialization;
using LlmSim.Model.Architecture;

namespace LlmSim.Validation.Measurements.Kernels;

/// <summary>Facts about mixture-of-experts layers that tables do not state but that follow from the model that has such a shape.</summary>
/// <param name="Model">The model, for people.</param>
/// <param name="Hidden">Width of the residual stream.</param>
/// <param name="Intermediate">Inner width of one expert.</param>
/// <param name="Experts">Routed experts; null for any number.</param>
/// <param name="Gated">Whether an expert has three matrices rather than two.</param>
/// <param name="Groups">Groups of experts of the router.</param>
/// <param name="TopKGroups">Groups that a token may use.</param>
/// <param name="NotInStack">Software whose measurements ignore this fact; null where all heed it.</param>
internal sealed record ExpertShape(
    string Model, int Hidden, int Intermediate, int? Experts, bool Gated = true, int Groups = 1, int TopKGroups = 1, string? NotInStack = null);

/// <summary>The known shapes of mixture-of-experts layers, from <c>expert-shapes.json</c>.</summary>
internal static class ExpertShapes
{
    private static readonly ImmutableArray<ExpertShape> Known = EmbeddedJson.Read("expert-shapes.json", ExpertShapesJson.Default.ImmutableArrayExpertShape);

    /// <summary>The layer of a shape: plain and gated unless it is known to be otherwise.</summary>
    /// <param name="hidden">Width of the residual stream.</param>
    /// <param name="intermediate">Inner width of one expert.</param>
    /// <param name="topK">Experts that each token visits.</param>
    /// <param name="experts">Routed experts.</param>
    /// <param name="stack">Software that was measured.</param>
    public static MoeFeedForward Spec(int hidden, int intermediate, int topK, int experts, string stack)
    {
        var plain = new MoeFeedForward(experts, topK, intermediate);
        foreach (ExpertShape shape in Known)
        {
            if (shape.Hidden == hidden && shape.Intermediate == intermediate && (shape.Experts ?? experts) == experts
                && (shape.NotInStack is null || !stack.StartsWith(shape.NotInStack, StringComparison.Ordinal)))
            {
                return plain with { Gated = shape.Gated, Groups = shape.Groups, TopKGroups = shape.TopKGroups };
            }
        }

        return plain;
    }
}

/// <summary>Reads the known shapes without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ImmutableArray<ExpertShape>))]
internal sealed partial class ExpertShapesJson : JsonSerializerContext;
