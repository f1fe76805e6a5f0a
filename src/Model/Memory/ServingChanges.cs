using System.Globalization;
using LlmSim.Model.Hardware;
using LlmSim.Model.Parallelism;

namespace LlmSim.Model.Memory;

/// <summary>The changes that lower the memory of serving, from the cheapest.</summary>
internal static class ServingChanges
{
    private const int FewestTokens = 512;

    /// <summary>Every single change that applies, legal or not.</summary>
    public static IEnumerable<(string Change, ServeMemoryInput Input)> Of(ServeMemoryInput input, int devicesPerDomain)
    {
        if (input.MaxBatchedTokens >= 2 * FewestTokens)
        {
            yield return (
                Step("batched tokens", input.MaxBatchedTokens, input.MaxBatchedTokens / 2),
                input with { MaxBatchedTokens = input.MaxBatchedTokens / 2 });
        }

        if (input.MaxSequences > 1)
        {
            yield return (Step("sequences", input.MaxSequences, input.MaxSequences / 2), input with { MaxSequences = input.MaxSequences / 2 });
        }

        if (input.KvFormat.BytesPerElement() > 1)
        {
            yield return ($"KV cache {input.KvFormat.Name()} → fp8", input with { KvFormat = NumberFormat.Fp8 });
        }

        int context = input.EffectiveMaxContext;
        for (int shorter = context / 2; shorter >= FewestTokens; shorter /= 2)
        {
            yield return (Step("longest context", context, shorter), input with { MaxContext = shorter });
        }

        foreach (NumberFormat format in new[] { NumberFormat.Fp8, NumberFormat.Int4 })
        {
            if (format.BytesPerElement() < input.Weights.Layers.BytesPerElement())
            {
                yield return ($"weights {input.Weights.Layers.Name()} → {format.Name()}", input with { Weights = WeightFormats.Of(format) });
            }
        }

        ParallelLayout layout = input.Layout;
        for (int tensor = layout.Tensor * 2; tensor <= devicesPerDomain; tensor *= 2)
        {
            yield return (Step("TP", layout.Tensor, tensor), input with { Layout = layout with { Tensor = tensor } });
        }

        yield return (Step("PP", layout.Pipeline, layout.Pipeline * 2), input with { Layout = layout with { Pipeline = layout.Pipeline * 2 } });
    }

    private static string Step(string name, int from, int to) => string.Create(CultureInfo.InvariantCulture, $"{name} {from} → {to}");
}
