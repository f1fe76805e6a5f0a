using LlmSim.Model.Hardware;
using LlmSim.Model.Units;

namespace LlmSim.Model.Memory;

/// <summary>How weights are updated, as far as memory is concerned.</summary>
public enum OptimizerKind
{
    /// <summary>Two fp32 moments per parameter (Adam, AdamW).</summary>
    Adam,

    /// <summary>Plain stochastic gradient descent: no state.</summary>
    Sgd,

    /// <summary>Stochastic gradient descent with one fp32 momentum per parameter.</summary>
    SgdMomentum,

    /// <summary>Second moments factored into a row and a column per matrix, no first moment (Shazeer and Stern 2018).</summary>
    Adafactor,
}

/// <summary>Memory of gradients and optimizer state per parameter.</summary>
public static class OptimizerMemory
{
    private const double Fp32Bytes = 4;

    /// <summary>Bytes of moments for each parameter.</summary>
    /// <param name="kind">The optimizer.</param>
    /// <param name="hidden">
    /// Width of the model, from which the size of Adafactor's factors follows: about two fp32 values per row of a square matrix.
    /// </param>
    public static Bytes MomentsPerParameter(OptimizerKind kind, int hidden) => new(kind switch
    {
        OptimizerKind.Adam => 2 * Fp32Bytes,
        OptimizerKind.SgdMomentum => Fp32Bytes,
        OptimizerKind.Sgd => 0,
        OptimizerKind.Adafactor => 2 * Fp32Bytes / hidden,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    });

    /// <summary>
    /// Bytes of the fp32 master copy for each parameter; none where the weights are fp32 themselves (Micikevicius 2017, section 3.1).
    /// </summary>
    public static Bytes MasterPerParameter(NumberFormat weights) => new(weights.BytesPerElement() < Fp32Bytes ? Fp32Bytes : 0);

    /// <summary>
    /// Format in which Megatron-LM accumulates gradients unless told otherwise: fp32 for bf16 and fp8 weights, the weights' own for fp16 and fp32.
    /// </summary>
    public static NumberFormat UsualGradientFormat(NumberFormat weights) =>
        weights is NumberFormat.Fp16 or NumberFormat.Fp32 ? weights : NumberFormat.Fp32;
}
