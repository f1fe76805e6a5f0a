using System.Globalization;
using LlmSim.Model.Architecture;
using LlmSim.Model.Operators;

namespace LlmSim.Validation.Measurements.Kernels;

/// <summary>What the columns <c>distribution</c>, <c>kernel</c> and <c>stack</c> of tables of experts say.</summary>
internal static class ExpertRoutings
{
    /// <summary>Distributions, as messages list them.</summary>
    public const string Legal = "balanced, uniform, power_law_EXPONENT";

    private const string PowerLaw = "power_law_";

    /// <summary>Software whose collector filled drawn loads from the lowest expert numbers on.</summary>
    private const string EarlyStack = "vllm-0.14";

    /// <summary>The routing of a row; null where no law goes by that name.</summary>
    public static ExpertRouting? Find(string distribution, string stack, MoeFeedForward spec)
    {
        ExpertRouting? law = distribution switch
        {
            "" or "uniform" => ExpertRouting.Uniform,
            "balanced" => ExpertRouting.Balanced,
            _ when distribution.StartsWith(PowerLaw, StringComparison.Ordinal)
                && double.TryParse(distribution.AsSpan(PowerLaw.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double exponent)
                && exponent > 0 =>
                ExpertRouting.PowerLaw(exponent) with { LowestFirst = stack.StartsWith(EarlyStack, StringComparison.Ordinal) },
            _ => null,
        };
        return law is { Law: not RoutingLaw.Uniform } drawn ? drawn with { Groups = spec.Groups, KeptGroups = spec.TopKGroups } : law;
    }

    /// <summary>The family of a kernel by the names that public tables use; null where it is none of them, so that the usual one is taken.</summary>
    public static ExpertsKernel? Kernel(string name, bool blockScaled)
    {
        bool Has(string part) => name.Contains(part, StringComparison.OrdinalIgnoreCase);
        return Has("marlin") ? ExpertsKernel.Marlin
            : Has("oaitriton") ? ExpertsKernel.OaiTriton
            : Has("trtllm") ? (blockScaled && Has("modular") ? ExpertsKernel.Modular : ExpertsKernel.Trtllm)
            : Has("cutlass") ? ExpertsKernel.Cutlass
            : Has("triton") || Has("fused_moe") ? ExpertsKernel.Triton
            : null;
    }
}
