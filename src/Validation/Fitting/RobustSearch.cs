using LlmSim.Model.Calibration;
using MathNet.Numerics.LinearAlgebra;

namespace LlmSim.Validation.Fitting;

/// <summary>Finds the constants of least robust loss: reweighted Levenberg-Marquardt steps, then a pattern search over what is left of kinks.</summary>
/// <remarks>Cost models choose the best tile, split or protocol, so that their derivatives jump; the pattern search needs none.</remarks>
internal sealed class RobustSearch<T>
    where T : IConstants<T>
{
    private const int MaximumSteps = 40;
    private const double DerivativeStep = 2e-3;
    private const double Enough = 1e-5;
    private static readonly double[] PatternSteps = [0.2, 0.1, 0.05, 0.02, 0.01];

    private readonly FitProblem<T> _problem;
    private readonly ParameterSpace<T> _space;
    private readonly int[] _rows;

    /// <summary>A search over some of a problem's rows.</summary>
    public RobustSearch(FitProblem<T> problem, ParameterSpace<T> space, int[] rows) => (_problem, _space, _rows) = (problem, space, rows);

    /// <summary>The best vector near a start.</summary>
    public double[] Run(double[] start)
    {
        double[] best = (double[])start.Clone();
        double[] residuals = Residuals(best);
        double loss = Loss(residuals);
        double damping = 1e-2;
        for (int step = 0; step < MaximumSteps && damping < 1e6; step++)
        {
            (Matrix<double> curvature, Vector<double> slope) = Normal(best, residuals);
            double[] next = _space.Clamped([.. best.Zip(Step(curvature, slope, damping), static (x, d) => x - Math.Clamp(d, -0.5, 0.5))]);
            double[] nextResiduals = Residuals(next);
            double nextLoss = Loss(nextResiduals);
            if (nextLoss < loss)
            {
                bool small = loss - nextLoss < Enough * loss;
                (best, residuals, loss) = (next, nextResiduals, nextLoss);
                damping /= 4;
                if (small)
                {
                    break;
                }
            }
            else
            {
                damping *= 8;
            }
        }

        return Pattern(best, loss);
    }

    /// <summary>ln(predicted / measured) of the rows.</summary>
    public double[] Residuals(double[] vector)
    {
        Func<int, double> predict = _problem.Predict(_space.Constants(vector));
        double[] residuals = new double[_rows.Length];
        for (int i = 0; i < _rows.Length; i++)
        {
            residuals[i] = Math.Log(predict(_rows[i]) / _problem.Measured[_rows[i]]);
        }

        return residuals;
    }

    /// <summary>Derivatives of the residuals, row by row, by free constant.</summary>
    public Matrix<double> Jacobian(double[] vector, double[] residuals)
    {
        var jacobian = Matrix<double>.Build.Dense(_rows.Length, _space.Size);
        for (int j = 0; j < _space.Size; j++)
        {
            double[] moved = (double[])vector.Clone();
            moved[j] += DerivativeStep;
            double step = _space.Clamped(moved)[j] - vector[j];
            if (step < DerivativeStep / 2)
            {
                moved[j] = vector[j] - DerivativeStep;
                step = -DerivativeStep;
            }

            double[] changed = Residuals(moved);
            for (int i = 0; i < _rows.Length; i++)
            {
                jacobian[i, j] = (changed[i] - residuals[i]) / step;
            }
        }

        return jacobian;
    }

    private static double Loss(double[] residuals) => residuals.Sum(RobustLoss.Of);

    private (Matrix<double> Curvature, Vector<double> Slope) Normal(double[] vector, double[] residuals)
    {
        Matrix<double> jacobian = Jacobian(vector, residuals);
        var weights = Vector<double>.Build.Dense(residuals.Length, i => RobustLoss.Weight(residuals[i]));
        Matrix<double> weighted = Matrix<double>.Build.Dense(_rows.Length, _space.Size, (i, j) => weights[i] * jacobian[i, j]);
        return (weighted.TransposeThisAndMultiply(jacobian), weighted.TransposeThisAndMultiply(Vector<double>.Build.Dense(residuals)));
    }

    private static Vector<double> Step(Matrix<double> curvature, Vector<double> slope, double damping)
    {
        Matrix<double> damped = curvature.Clone();
        for (int i = 0; i < damped.RowCount; i++)
        {
            damped[i, i] += (damping * curvature[i, i]) + 1e-9;
        }

        return damped.Solve(slope);
    }

    private double[] Pattern(double[] start, double startLoss)
    {
        double[] best = start;
        double loss = startLoss;
        foreach (double step in PatternSteps)
        {
            bool better = true;
            for (int round = 0; better && round < 3; round++)
            {
                better = false;
                for (int j = 0; j < _space.Size; j++)
                {
                    foreach (double move in (double[])[step, -step])
                    {
                        double[] next = (double[])best.Clone();
                        next[j] += move;
                        double nextLoss = Loss(Residuals(_space.Clamped(next)));
                        if (nextLoss < loss - (Enough * loss))
                        {
                            (best, loss, better) = (next, nextLoss, true);
                        }
                    }
                }
            }
        }

        return best;
    }
}
