using MathNet.Numerics;

namespace LlmSim.Schedules.Traffic;

/// <summary>The shape of a Weibull distribution that has a given coefficient of variation.</summary>
public static class WeibullShape
{
    /// <summary>Smallest coefficient of variation that is solved for: gaps that are all but equal.</summary>
    public const double LeastVariation = 0.01;

    /// <summary>Largest coefficient of variation that is solved for: nearly all time lies in a handful of gaps.</summary>
    public const double LargestVariation = 100;

    private const int Halvings = 100;

    /// <summary>The shape k with <c>v² = Γ(1 + 2/k) / Γ(1 + 1/k)² - 1</c>, found by halving since the right side falls with k.</summary>
    public static double Of(double variation)
    {
        double target = Math.Log(1 + (variation * variation));
        (double low, double high) = (0.05, 1000);
        for (int i = 0; i < Halvings; i++)
        {
            double middle = Math.Sqrt(low * high);
            double found = SpecialFunctions.GammaLn(1 + (2 / middle)) - (2 * SpecialFunctions.GammaLn(1 + (1 / middle)));
            (low, high) = found > target ? (middle, high) : (low, middle);
        }

        return Math.Sqrt(low * high);
    }
}
