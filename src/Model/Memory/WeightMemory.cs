using LlmSim.Model.Hardware;
using LlmSim.Model.Units;

namespace LlmSim.Model.Memory;

/// <summary>How the weights are stored.</summary>
/// <param name="Layers">Format of the matrices in the layers.</param>
/// <param name="Experts">Format of routed experts.</param>
/// <param name="Ends">Format of embedding and LM head, which quantised checkpoints leave at 16 bit.</param>
public readonly record struct WeightFormats(NumberFormat Layers, NumberFormat Experts, NumberFormat Ends)
{
    /// <summary>One format throughout the layers; embedding and head at 16 bit where that is narrower.</summary>
    public static WeightFormats Of(NumberFormat format) =>
        new(format, format, format.BytesPerElement() < NumberFormat.Bf16.BytesPerElement() ? NumberFormat.Bf16 : format);
}

/// <summary>Memory of the weights on one device.</summary>
public static class WeightMemory
{
    /// <summary>Count times size, by part. Norms, biases and routers are counted in the format of the layers: less than 0.1 % of the whole.</summary>
    public static Bytes Of(ShardedParameters parameters, WeightFormats formats) =>
        (formats.Ends.Size() * (parameters.Embedding + parameters.Head))
        + (formats.Layers.Size() * parameters.Dense)
        + (formats.Experts.Size() * parameters.Experts);
}
