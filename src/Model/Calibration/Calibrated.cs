using LlmSim.Model.Draws;

namespace LlmSim.Model.Calibration;

/// <summary>Constants of a kernel model together with how sure they are.</summary>
/// <param name="Constants">The constants.</param>
/// <param name="Fit">How they were found; null where they were only stated.</param>
public sealed record Calibrated<T>(T Constants, FitRecord? Fit = null)
    where T : IConstants<T>
{
    /// <summary>Bands of the model's residuals.</summary>
    public ResidualSpread Spread => Fit?.Spread ?? ResidualSpread.NotValidated;

    /// <summary>Constants drawn from the covariance of the fit: logarithms are jointly normal, cut to the physical range.</summary>
    /// <param name="random">A stream of its own for this set.</param>
    public T Draw(CounterRandom random)
    {
        if (Fit is null)
        {
            return Constants;
        }

        int count = T.Table.Length;
        double[] independent = [.. Enumerable.Range(0, count).Select(i => NormalQuantile.At(random.Uniform(i)))];
        double[] factor = Cholesky.Of(Fit.Correlation.AsSpan(), count);
        T drawn = Constants;
        for (int i = 0; i < count; i++)
        {
            if (Fit.RelativeErrors[i] <= 0)
            {
                continue;
            }

            double normal = 0;
            for (int j = 0; j <= i; j++)
            {
                normal += factor[(i * count) + j] * independent[j];
            }

            Constant<T> constant = T.Table[i];
            double value = constant.Get(Constants) * Math.Exp(Fit.RelativeErrors[i] * normal);
            drawn = constant.With(drawn, Math.Clamp(value, constant.Minimum, constant.Maximum));
        }

        return drawn;
    }
}
