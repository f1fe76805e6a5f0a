namespace LlmSim.Validation.Comparison;

/// <summary>How far predictions lie from measurements. All are fractions, not percent.</summary>
/// <param name="Mape">Mean of |predicted/measured − 1|.</param>
/// <param name="MedianApe">Median of |predicted/measured − 1|.</param>
/// <param name="P90Ape">90 % quantile of |predicted/measured − 1|.</param>
/// <param name="Bias">Median of predicted/measured, less one: above zero where predictions are high.</param>
/// <param name="BandCoverage">Share of the measurements inside the error band of their prediction.</param>
public sealed record ErrorMetrics(double Mape, double MedianApe, double P90Ape, double Bias, double BandCoverage)
{
    /// <summary>The metrics of some comparisons; null where there is none.</summary>
    public static ErrorMetrics? Of(IReadOnlyCollection<ComparedRow> rows)
    {
        if (rows.Count == 0)
        {
            return null;
        }

        double[] ratios = [.. rows.Select(static row => row.Prediction.Value / row.Row.Measured)];
        double[] errors = [.. ratios.Select(static ratio => Math.Abs(ratio - 1))];
        Array.Sort(ratios);
        Array.Sort(errors);
        int inside = rows.Count(static row => row.Row.Measured >= row.Prediction.Low && row.Row.Measured <= row.Prediction.High);
        return new(errors.Average(), Quantile(errors, 0.5), Quantile(errors, 0.9), Quantile(ratios, 0.5) - 1, (double)inside / rows.Count);
    }

    /// <summary>A quantile of sorted values, linear between order statistics (Hyndman and Fan 1996, definition 7).</summary>
    /// <param name="sorted">Values in ascending order, at least one.</param>
    /// <param name="share">Share of the values below it, from 0 to 1.</param>
    public static double Quantile(ReadOnlySpan<double> sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        return below + 1 < sorted.Length ? sorted[below] + ((place - below) * (sorted[below + 1] - sorted[below])) : sorted[below];
    }
}
