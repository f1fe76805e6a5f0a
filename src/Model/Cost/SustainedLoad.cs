using LlmSim.Model.Calibration;
using LlmSim.Model.Collectives;

namespace LlmSim.Model.Cost;

/// <summary>What kernels reach inside a server under load, out of what they reach when each is timed alone in short bursts.</summary>
public static class SustainedLoad
{
    private const string Compute = "compute_share";

    /// <summary>The efficiency with lower matrix rates, and with other times of all-reduces.</summary>
    /// <param name="efficiency">Kernels timed alone.</param>
    /// <param name="computeShare">Share of the matrix rate that is left; memory is not slowed.</param>
    /// <param name="allReduceFactor">Time of an all-reduce relative to one timed alone.</param>
    public static Efficiency Under(Efficiency efficiency, double computeShare, double allReduceFactor) => efficiency with
    {
        Gemm = Slowed(efficiency.Gemm, computeShare),
        PrefillAttention = Slowed(efficiency.PrefillAttention, computeShare),
        Experts = Slowed(efficiency.Experts, computeShare),
        LatentPrefill = Slowed(efficiency.LatentPrefill, computeShare),
        Collectives = efficiency.Collectives with
        {
            Direct = Stretched(efficiency.Collectives.Direct, allReduceFactor),
            Ring = Stretched(efficiency.Collectives.Ring, allReduceFactor),
            Switch = Stretched(efficiency.Collectives.Switch, allReduceFactor),
        },
    };

    private static KernelTable<T> Slowed<T>(KernelTable<T> table, double share)
        where T : IConstants<T>
    {
        Constant<T>[] compute = [.. T.Table.Where(static constant => constant.Key == Compute)];
        return new(table.Rows.SetItems(table.Rows.Select(row => KeyValuePair.Create(
            row.Key,
            row.Value with { Constants = compute.Aggregate(row.Value.Constants, (c, constant) => constant.With(c, constant.Get(c) * share)) }))));
    }

    private static Calibrated<T> Stretched<T>(Calibrated<T> row, double factor)
        where T : IConstants<T>
    {
        T constants = row.Constants;
        foreach (Constant<T> constant in T.Table.Where(static constant => !constant.Stated))
        {
            double value = constant.Get(constants);
            bool isRate = constant.Key.EndsWith("share", StringComparison.Ordinal);
            constants = constant.IsTime ? constant.With(constants, value * factor) : isRate ? constant.With(constants, value / factor) : constants;
        }

        return row with { Constants = constants };
    }
}
