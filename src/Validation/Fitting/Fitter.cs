using System.Collections.Immutable;
using LlmSim.Model.Calibration;
using MathNet.Numerics.LinearAlgebra;

namespace LlmSim.Validation.Fitting;

/// <summary>Fits the constants of a kernel model: robust, inside physical ranges, with errors from groups that the fit did not read.</summary>
public static class Fitter
{
    /// <summary>Shares of the groups at which the learning curve is taken.</summary>
    private static readonly ImmutableArray<double> LearningShares = [0.125, 0.25, 0.5, 1];

    /// <summary>Fits a problem.</summary>
    /// <exception cref="ArgumentException">There are no rows, or nothing is free.</exception>
    public static FitResult<T> Fit<T>(FitProblem<T> problem)
        where T : IConstants<T>
    {
        var space = new ParameterSpace<T>(problem.Start, problem.Held);
        if (problem.Measured.IsEmpty || space.Size == 0)
        {
            throw new ArgumentException("nothing to fit: no rows or no free constant", nameof(problem));
        }

        int[] all = [.. Enumerable.Range(0, problem.Measured.Length)];
        double[] best = Best(problem, space, all, [space.Vector(problem.Start), space.Vector(T.Typical)]);
        int[] folds = Folds.Of(problem.Groups);
        ImmutableArray<double> crossValidated = CrossValidate(problem, space, all, folds, best);
        var search = new RobustSearch<T>(problem, space, all);
        double[] residuals = search.Residuals(best);
        Matrix<double> jacobian = search.Jacobian(best, residuals);
        ImmutableArray<string> atBound = [.. Enumerable.Range(0, space.Size).Where(i => space.AtBound(best, i)).Select(space.Key)];
        int[] inside = [.. Enumerable.Range(0, space.Size).Where(i => !space.AtBound(best, i))];
        var known = Identification.Of(
            Matrix<double>.Build.Dense(all.Length, inside.Length, (i, j) => jacobian[i, inside[j]]), residuals, problem.Groups, [.. inside.Select(space.Key)]);
        T constants = space.Constants(best);
        return new FitResult<T>
        {
            Row = new(constants, Record(problem, constants, known, [.. inside.Select(i => space.Indices[i])], crossValidated)),
            Unknown = known.Unknown,
            AtBound = atBound,
            CrossValidated = crossValidated,
            LearningCurve = LearningCurve(problem, space, folds, best),
        };
    }

    private static double[] Best<T>(FitProblem<T> problem, ParameterSpace<T> space, int[] rows, double[][] starts)
        where T : IConstants<T>
    {
        var search = new RobustSearch<T>(problem, space, rows);
        return starts.Select(search.Run).MinBy(vector => search.Residuals(vector).Sum(RobustLoss.Of))!;
    }

    private static ImmutableArray<double> CrossValidate<T>(FitProblem<T> problem, ParameterSpace<T> space, int[] all, int[] folds, double[] start)
        where T : IConstants<T>
    {
        double[] ratios = new double[all.Length];
        Parallel.For(0, folds.Max() + 1, fold =>
        {
            Func<int, double> predict = problem.Predict(space.Constants(Best(problem, space, [.. all.Where(i => folds[i] != fold)], [start])));
            foreach (int row in all.Where(i => folds[i] == fold))
            {
                ratios[row] = predict(row) / problem.Measured[row];
            }
        });
        return [.. ratios];
    }

    private static ImmutableArray<LearningPoint> LearningCurve<T>(FitProblem<T> problem, ParameterSpace<T> space, int[] folds, double[] start)
        where T : IConstants<T>
    {
        int[] test = [.. Enumerable.Range(0, folds.Length).Where(i => folds[i] == 0)];
        int[] rest = [.. Enumerable.Range(0, folds.Length).Where(i => folds[i] != 0)];
        string[] groups = [.. rest.Select(i => problem.Groups[i]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var points = ImmutableArray.CreateBuilder<LearningPoint>();
        foreach (double share in LearningShares.Where(share => share * groups.Length >= 1))
        {
            int count = (int)(share * groups.Length);
            HashSet<string> read = [.. Enumerable.Range(0, count).Select(i => groups[(int)((i + 0.5) / share)])];
            Func<int, double> predict = problem.Predict(space.Constants(Best(problem, space, [.. rest.Where(i => read.Contains(problem.Groups[i]))], [start])));
            points.Add(new(count, test.Average(i => Math.Abs((predict(i) / problem.Measured[i]) - 1))));
        }

        return points.ToImmutable();
    }

    private static FitRecord Record<T>(FitProblem<T> problem, T constants, Identification known, int[] places, ImmutableArray<double> ratios)
        where T : IConstants<T>
    {
        int size = T.Table.Length;
        double[] errors = new double[size];
        double[] correlation = [.. Enumerable.Range(0, size * size).Select(i => i / size == i % size ? 1d : 0d)];
        for (int a = 0; a < places.Length; a++)
        {
            errors[places[a]] = known.StandardErrors[a];
            for (int b = 0; b < places.Length; b++)
            {
                correlation[(places[a] * size) + places[b]] = known.Correlation[a, b];
            }
        }

        Func<int, double> predict = problem.Predict(constants);
        double[] absolute = [.. ratios.Select(static r => Math.Abs(r - 1)).Order()];
        return new FitRecord
        {
            Tables = problem.Tables,
            Rows = ratios.Length,
            Groups = problem.Groups.Distinct(StringComparer.Ordinal).Count(),
            RelativeErrors = [.. errors],
            Correlation = [.. correlation],
            Spread = Spreads.Of([.. ratios.Select((ratio, i) => (predict(i), 1 / ratio))]),
            MeanError = absolute.Average(),
            MedianError = absolute[absolute.Length / 2],
        };
    }
}
