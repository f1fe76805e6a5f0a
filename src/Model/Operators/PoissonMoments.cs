using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace LlmSim.Model.Operators;

/// <summary>Expectations over Poisson variables that grouped products need.</summary>
public static class PoissonMoments
{
    /// <summary>Mean above which the largest of several follows from normal ones by the first Cornish-Fisher term.</summary>
    private const double NormalAbove = 60;

    private static readonly ConcurrentDictionary<int, (double First, double Second)> Largest = new();

    /// <summary>Expected number of whole blocks of each size for a Poisson load: E⌈n/rows⌉.</summary>
    /// <remarks>Far above the block's size all remainders are alike and ⌈n/r⌉ is n/r + (r - 1)/(2r).</remarks>
    public static ImmutableArray<double> ExpectedBlocks(double load, ImmutableArray<int> rows)
    {
        double[] expected = new double[rows.Length];
        if (load <= 0)
        {
            return [.. expected];
        }

        double largest = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            expected[i] = IsSmooth(load, rows[i]) ? (load / rows[i]) + ((rows[i] - 1) / (2d * rows[i])) : 0;
            largest = IsSmooth(load, rows[i]) ? largest : rows[i];
        }

        if (largest == 0)
        {
            return [.. expected];
        }

        double spread = (9 * Math.Sqrt(load)) + 16;
        int mode = (int)load;
        double atMode = Math.Exp((mode * Math.Log(load)) - load - LogFactorial(mode));
        double p = atMode;
        for (int n = mode; n >= 1 && n >= mode - spread; n--)
        {
            Add(n, p);
            p *= n / load;
        }

        p = atMode * load / (mode + 1);
        for (int n = mode + 1; n <= mode + spread; n++)
        {
            Add(n, p);
            p *= load / (n + 1);
        }

        return [.. expected];

        void Add(int n, double probability)
        {
            for (int i = 0; i < rows.Length; i++)
            {
                if (!IsSmooth(load, rows[i]))
                {
                    expected[i] += probability * ((n + rows[i] - 1) / rows[i]);
                }
            }
        }
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
            (double first, double second) = Largest.GetOrAdd(count, LargestNormal);
            return mean + (first * Math.Sqrt(mean)) + ((second - 1) / 6);
        }

        // The expectation of a whole number is the sum of the probabilities to lie above 0, 1, 2, ...
        double expected = 0;
        double p = Math.Exp(-mean);
        double below = p;
        for (int n = 0; n < 1000; n++)
        {
            double above = 1 - Math.Pow(Math.Min(1, below), count);
            expected += above;
            if (n > mean && above < 1e-12)
            {
                break;
            }

            p *= mean / (n + 1);
            below += p;
        }

        return expected;
    }

    private static bool IsSmooth(double load, int rows) => load > 40d * rows || load > 0.5 * rows * rows;

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

    /// <summary>First and second moment of the largest of several standard normal variables, by the density n·φ·Φ^(n-1).</summary>
    private static (double First, double Second) LargestNormal(int count)
    {
        const double Step = 1d / 256;
        double first = 0;
        double second = 0;
        double distribution = 0;
        for (double z = -8; z <= 8; z += Step)
        {
            double density = Math.Exp(-0.5 * z * z) / Math.Sqrt(2 * Math.PI);
            double weight = Step * count * density * Math.Pow(distribution + (0.5 * Step * density), count - 1);
            distribution += Step * density;
            first += weight * z;
            second += weight * z * z;
        }

        return (first, second);
    }
}
