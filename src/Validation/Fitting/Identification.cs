using System.Collections.Immutable;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace LlmSim.Validation.Fitting;

/// <summary>What the data can tell about each constant: standard errors and correlations, and which constants it cannot tell at all.</summary>
/// <remarks>
/// Covariance of the logarithms by the sandwich of Huber 1967 over groups of rows, since rows of one shape err together; the curvature of an absolute loss is
/// twice the density of the residuals at zero (Koenker and Bassett 1978). A direction is not identified where
/// the rows' weighted sensitivity to it is below 1e-4 of the strongest direction's: a change of it by a factor e would not show.
/// </remarks>
internal sealed record Identification(ImmutableArray<double> StandardErrors, Matrix<double> Correlation, ImmutableArray<string> Unknown)
{
    private const double LeastSensitivity = 1e-4;
    private const double ShareOfDirection = 0.3;

    /// <summary>From the derivatives of the residuals at the optimum.</summary>
    /// <param name="jacobian">Derivatives, rows by free constants.</param>
    /// <param name="residuals">Residuals of the rows.</param>
    /// <param name="groups">Group of each row.</param>
    /// <param name="keys">Keys of the free constants.</param>
    public static Identification Of(Matrix<double> jacobian, double[] residuals, IReadOnlyList<string> groups, IReadOnlyList<string> keys)
    {
        int size = keys.Count;
        double density = 2 * DensityAtZero(residuals);
        Matrix<double> curvature = density * jacobian.TransposeThisAndMultiply(jacobian);
        Evd<double> directions = curvature.Evd(Symmetricity.Symmetric);
        var unknown = new SortedSet<string>(StringComparer.Ordinal);
        double strongest = directions.EigenValues.Max(static v => v.Real);
        Matrix<double> inverse = Matrix<double>.Build.Dense(size, size);
        for (int d = 0; d < size; d++)
        {
            double strength = directions.EigenValues[d].Real;
            Vector<double> direction = directions.EigenVectors.Column(d);
            if (strength <= LeastSensitivity * LeastSensitivity * strongest)
            {
                unknown.UnionWith(Enumerable.Range(0, size).Where(j => Math.Abs(direction[j]) > ShareOfDirection).Select(j => keys[j]));
                continue;
            }

            inverse += direction.OuterProduct(direction) / strength;
        }

        Matrix<double> meat = Matrix<double>.Build.Dense(size, size);
        foreach (IGrouping<string, int> group in Enumerable.Range(0, residuals.Length).GroupBy(i => groups[i], StringComparer.Ordinal))
        {
            Vector<double> score = Vector<double>.Build.Dense(size);
            foreach (int i in group)
            {
                score += (RobustLoss.Weight(residuals[i]) * residuals[i]) * jacobian.Row(i);
            }

            meat += score.OuterProduct(score);
        }

        Matrix<double> covariance = inverse * meat * inverse;
        double[] errors = [.. Enumerable.Range(0, size).Select(j => Math.Sqrt(Math.Max(0, covariance[j, j])))];
        Matrix<double> correlation = Matrix<double>.Build.Dense(
            size, size, (a, b) => a == b ? 1 : errors[a] > 0 && errors[b] > 0 ? covariance[a, b] / (errors[a] * errors[b]) : 0);
        return new([.. errors], correlation, [.. unknown]);
    }

    /// <summary>Density of the residuals at zero, counted over a window as wide as the normal reference rule says.</summary>
    private static double DensityAtZero(double[] residuals)
    {
        double[] sizes = [.. residuals.Select(Math.Abs).Order()];
        double deviation = Math.Max(1e-6, 1.4826 * sizes[sizes.Length / 2]);
        double window = 1.06 * deviation * Math.Pow(residuals.Length, -0.2);
        return Math.Max(1, sizes.Count(size => size < window)) / (2 * window * residuals.Length);
    }
}
