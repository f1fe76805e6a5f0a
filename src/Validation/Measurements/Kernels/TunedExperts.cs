using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace LlmSim.Validation.Measurements.Kernels;

/// <summary>A layer of experts for which software ships searched tiles; other layers run its default tiles.</summary>
/// <param name="Stack">Start of the software's name.</param>
/// <param name="Gpu">The device.</param>
/// <param name="Experts">Experts on one rank.</param>
/// <param name="Width">Inner width of one expert on one device.</param>
internal sealed record TunedExpert(string Stack, string Gpu, int Experts, int Width);

/// <summary>Layers with searched tiles, from <c>tuned-experts.json</c>: the names of the files under <c>fused_moe/configs</c> of vLLM that fit public tables.</summary>
internal static class TunedExperts
{
    private static readonly ImmutableArray<TunedExpert> Known = EmbeddedJson.Read("tuned-experts.json", TunedExpertsJson.Default.ImmutableArrayTunedExpert);

    /// <summary>Whether the tiles of a layer were searched.</summary>
    public static bool Contains(string stack, string gpu, int experts, int width) =>
        Known.Any(known => known.Experts == experts && known.Width == width && known.Gpu == gpu && stack.StartsWith(known.Stack, StringComparison.Ordinal));
}

/// <summary>Reads the searched layers without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ImmutableArray<TunedExpert>))]
internal sealed partial class TunedExpertsJson : JsonSerializerContext;
