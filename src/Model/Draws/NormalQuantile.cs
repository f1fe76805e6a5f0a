namespace LlmSim.Model.Draws;

/// <summary>The inverse of the standard normal distribution function.</summary>
/// <remarks>Rational approximation of P. J. Acklam (2003), relative error below 1.2e-9.</remarks>
public static class NormalQuantile
{
    private const double Tail = 0.02425;

    private static readonly double[] A =
        [-3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02, 1.383577518672690e+02, -3.066479806614716e+01, 2.506628277459239e+00];

    private static readonly double[] B =
        [-5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02, 6.680131188771972e+01, -1.328068155288572e+01];

    private static readonly double[] C =
        [-7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00, -2.549732539343734e+00, 4.374664141464968e+00, 2.938163982698783e+00];

    private static readonly double[] D = [7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00, 3.754408661907416e+00];

    /// <summary>The value below which a standard normal variable lies with probability <paramref name="p"/>, strictly between 0 and 1.</summary>
    public static double At(double p)
    {
        if (p > 0.5)
        {
            return -At(1 - p);
        }

        if (p < Tail)
        {
            double q = Math.Sqrt(-2 * Math.Log(p));
            return Polynomial(C, q) / ((Polynomial(D, q) * q) + 1);
        }

        double x = p - 0.5;
        double square = x * x;
        return Polynomial(A, square) * x / ((Polynomial(B, square) * square) + 1);
    }

    private static double Polynomial(double[] coefficients, double x)
    {
        double sum = 0;
        foreach (double coefficient in coefficients)
        {
            sum = (sum * x) + coefficient;
        }

        return sum;
    }
}
