using LlmSim.Model.Hardware;
using LlmSim.Model.Operators;
using LlmSim.Model.Units;

namespace LlmSim.Model.Cost;

/// <summary>The classic roofline of a data sheet, beside which operators are shown.</summary>
/// <remarks>S. Williams, A. Waterman, D. Patterson, "Roofline", CACM 52 (2009). It explains; the prices come from <see cref="CostModel"/>.</remarks>
public static class Roofline
{
    /// <summary>Intensity at which peak arithmetic and peak bandwidth take an operator equally long; null for exchanges, which use neither.</summary>
    public static Intensity? Ridge(Operator op, Accelerator device) => op.Shape switch
    {
        null => device.VectorPeak / device.MemoryBandwidth,
        CommunicationShape => null,
        GemmShape gemm => device.RidgePoint(GemmCost.ComputeFormat(gemm.Activations, device)),
        ExpertsShape experts => Supported(experts.Activations, device),
        _ => Supported(NumberFormat.Bf16, device),
    };

    private static Intensity? Supported(NumberFormat format, Accelerator device) => device.Supports(format) ? device.RidgePoint(format) : null;
}
