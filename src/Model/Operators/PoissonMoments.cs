using System.Collections.Concurrent;

namespace LlmSim.Model.Operators;

/// <summary>Expectations over Poisson variables that grouped products need.</summary>
public static class PoissonMoments
{
    /// <summary>Mean above which the largest of several follows from normal ones by three Cornish-Fisher terms, within 0.1 %.</summary>
    private const double NormalAbove = 12;

    /// <summary>Standard deviations beyond which probabilities are left out.</summary>
    private const double Tail = 9;

    /// <summary>Terms of the series are left out below exp of minus this.</summary>
    private const double SmallestExponent = 20;

    private static readonly ConcurrentDictionary<int, (double First, double Second, double Third)> Largest = new();

    /// <summary>Expected number of whole blocks of a size for a Poisson load: E⌈n/r⌉.</summary>
    /// <remarks>
    /// ⌈n/r⌉ - n/r has the period r in n, and a Poisson variable's characteristic function is exp(μ(w - 1)); with w_m = exp(2πim/r) the expectation is
    /// μ/r + (r - 1)/(2r) + Σ_{0 &lt; m &lt; r} exp(μ(w_m - 1))/(r(w_m - 1)), of which few terms count when μ is large. Small loads are summed.
    /// </remarks>
    public static double ExpectedBlocks(double load, int rows)
    {
        if (load <= 0)
        {
            return 0;
        }

        double steps = (2 * Tail * Math.Sqrt(load)) + 32;
        double terms = load <= SmallestExponent / 2 ? rows / 2d : rows * Math.Acos(1 - (SmallestExponent / load)) / (2 * Math.PI);
        const double StepsPerTerm = 15;
        return terms * StepsPerTerm < steps ? Series(load, rows) : Sum(load, rows);
    }

    /// <summary>Expected largest of <paramref name="count"/> independent Poisson variables of one mean.</summary>
    public static double ExpectedMaximum(double mean, int count)
    {
        if (mean <= 0)
        {
            return 0;
        }

        if (mean > NormalAbove)
        {
            (double first, double second, double third) = Largest.GetOrAdd(count, LargestNormal);
            double skew = (second - 1) / 6;
            double tails = ((third - (3 * first)) / 24) - (((2 * third) - (5 * first)) / 36);
            return mean + (first * Math.Sqrt(mean)) + skew + (tails / Math.Sqrt(mean));
        }

        // The expectation of a whole number is the sum of the probabilities to lie above 0, 1, 2, ...
        double expected = 0;
        double p = Math.Exp(-mean);
        double below = p;
        double above = 1;
        for (int n = 0; n <= mean || above > 1e-9; n++)
        {
            above = 1 - Math.Pow(Math.Min(1, below), count);
            expected += above;
            p *= mean / (n + 1);
            below += p;
        }

        return expected;
    }

    private static double Series(double load, int rows)
    {
        double expected = (load / rows) + ((rows - 1) / (2d * rows));
        for (int m = 1; 2 * m <= rows; m++)
        {
            double angle = 2 * Math.PI * m / rows;
            (double sine, double cosine) = Math.SinCos(angle);
            double real = load * (cosine - 1);
            if (real < -SmallestExponent)
            {
                break;
            }

            // Re[exp(μ(w - 1))/(w - 1)] with |w - 1|² = 2(1 - cos); m and r - m are conjugate.
            (double turnSine, double turnCosine) = Math.SinCos(load * sine);
            double term = Math.Exp(real) * (((cosine - 1) * turnCosine) + (sine * turnSine)) / (2 * (1 - cosine) * rows);
            expected += 2 * m == rows ? term : 2 * term;
        }

        return expected;
    }

    private static double Sum(double load, int rows)
    {
        double spread = (Tail * Math.Sqrt(load)) + 16;
        int mode = (int)load;
        double atMode = Math.Exp((mode * Math.Log(load)) - load - LogFactorial(mode));
        double expected = 0;
        double p = atMode;
        for (int n = mode; n >= 1 && n >= mode - spread; n--)
        {
            expected += p * ((n + rows - 1) / rows);
            p *= n / load;
        }

        p = atMode * load / (mode + 1);
        for (int n = mode + 1; n <= mode + spread; n++)
        {
            expected += p * ((n + rows - 1) / rows);
            p *= load / (n + 1);
        }

        return expected;
    }

    /// <summary>Stirling's series; exact to 1e-10 from 10 on, and summed below.</summary>
    private static double LogFactorial(int n)
    {
        if (n < 10)
        {
            double sum = 0;
            for (int i = 2; i <= n; i++)
            {
                sum += Math.Log(i);
            }

            return sum;
        }

        double x = n + 1d;
        return ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + (1 / (12 * x)) - (1 / (360 * x * x * x)) + (1 / (1260 * Math.Pow(x, 5)));
    }

    /// <summary>First three moments of the largest of several standard normal variables, by the density n·φ·Φ^(n-1).</summary>
    private static (double First, double Second, double Third) LargestNormal(int count)
    {
        const double Step = 1d / 256;
        (double first, double second, double third) = (0, 0, 0);
        double distribution = 0;
        for (double z = -8; z <= 8; z += Step)
        {
            double density = Math.Exp(-0.5 * z * z) / Math.Sqrt(2 * Math.PI);
            double weight = Step * count * density * Math.Pow(distribution + (0.5 * Step * density), count - 1);
            distribution += Step * density;
            first += weight * z;
            second += weight * z * z;
            third += weight * z * z * z;
        }

        return (first, second, third);
    }
}
