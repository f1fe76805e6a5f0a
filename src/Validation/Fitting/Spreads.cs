using System.Collections.Immutable;
using LlmSim.Model.Calibration;

namespace LlmSim.Validation.Fitting;

/// <summary>Makes residual spreads out of cross-validated rows.</summary>
internal static class Spreads
{
    private const int LeastRows = 40;
    private const int MostSizes = 6;

    /// <summary>A little beyond 5 %: unseen shapes spread more than the folds of one table do.</summary>
    private const double TailShare = 0.04;

    /// <summary>The spread of rows, in sizes of equally many.</summary>
    /// <param name="rows">Predicted seconds, and measured over predicted by a fit that did not read the row.</param>
    public static ResidualSpread Of(ImmutableArray<(double Seconds, double Ratio)> rows)
    {
        (double Seconds, double Ratio)[] sorted = [.. rows.OrderBy(static row => row.Seconds)];
        int sizes = Math.Clamp(sorted.Length / LeastRows, 1, MostSizes);
        var bands = ImmutableArray.CreateBuilder<SizedBand>();
        for (int size = 0; size < sizes; size++)
        {
            (double Seconds, double Ratio)[] part = sorted[(size * sorted.Length / sizes)..((size + 1) * sorted.Length / sizes)];
            double[] ratios = [.. part.Select(static row => row.Ratio).Order()];
            double middle = part[part.Length / 2].Seconds;
            if (bands.Count == 0 || middle > bands[^1].Seconds)
            {
                bands.Add(new(middle, new(Quantile(ratios, TailShare), Quantile(ratios, 1 - TailShare))));
            }
        }

        return new(bands.ToImmutable());
    }

    /// <summary>A quantile of sorted values; of few values it is the end, since nothing beyond was seen.</summary>
    private static double Quantile(double[] sorted, double share)
    {
        double place = (share * (sorted.Length + 1)) - 1;
        int below = (int)Math.Clamp(Math.Floor(place), 0, sorted.Length - 1);
        int above = Math.Min(below + 1, sorted.Length - 1);
        double between = Math.Clamp(place - below, 0, 1);
        return ((1 - between) * sorted[below]) + (between * sorted[above]);
    }
}
