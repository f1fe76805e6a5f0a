using System.Collections.Immutable;
using LlmSim.Model.Calibration;
using LlmSim.Model.Cost;

namespace LlmSim.Validation.Fitting;

/// <summary>Calibrates an efficiency on single numbers measured on a user's own run: each number sets the one constant that it tells most about.</summary>
/// <remarks>
/// One number can set one constant. Which one is a stated choice of the caller; the fit refuses where the run hardly depends on it. The constants are solved
/// one after another until none moves, each by bisection of its logarithm, since predictions rise or fall with it throughout.
/// </remarks>
public static class RunFit
{
    /// <summary>A run whose measure changes by less than this share of the constant's relative change cannot tell it.</summary>
    public const double LeastSensitivity = 0.05;

    /// <summary>Runs repeat within about this, relative: the error of a single measurement.</summary>
    private const double Repeatability = 0.02;

    private const int MostRounds = 12;
    private const double Enough = 1e-4;

    /// <summary>Solves the constants of several targets.</summary>
    public static RunFitResult Solve(Efficiency start, ImmutableArray<IRunTarget> targets)
    {
        Efficiency efficiency = start;
        var errors = new List<string>();
        for (int round = 0; round < MostRounds; round++)
        {
            double moved = 0;
            foreach (IRunTarget target in targets)
            {
                efficiency = target.Solve(efficiency, LeastSensitivity, Repeatability, out double change, out string? refused);
                moved = Math.Max(moved, Math.Abs(change));
                if (refused is not null)
                {
                    errors.Add(refused);
                }
            }

            if (errors.Count > 0 || moved < Enough || targets.Length == 1)
            {
                break;
            }
        }

        return new(efficiency, [.. errors.Distinct(StringComparer.Ordinal)]);
    }
}

/// <summary>What came of a calibration on single numbers.</summary>
/// <param name="Efficiency">The calibrated efficiency.</param>
/// <param name="Problems">Why a number could not be used; none where all were.</param>
public sealed record RunFitResult(Efficiency Efficiency, ImmutableArray<string> Problems);

/// <summary>A measured number and the constant that it sets.</summary>
public interface IRunTarget
{
    /// <summary>Sets the constant so that the prediction equals the measurement.</summary>
    /// <param name="efficiency">The efficiency so far.</param>
    /// <param name="leastSensitivity">Relative change of the prediction by that of the constant below which it is refused.</param>
    /// <param name="repeatability">Relative error of the measurement.</param>
    /// <param name="change">Logarithm of the constant's new over old value.</param>
    /// <param name="refused">Why the constant was left; null where it was set.</param>
    Efficiency Solve(Efficiency efficiency, double leastSensitivity, double repeatability, out double change, out string? refused);
}

/// <summary>A measured number that sets a constant of a set which every efficiency has once.</summary>
/// <param name="Name">Name of the number, such as <c>step_seconds</c>.</param>
/// <param name="Measured">The measured value, SI units.</param>
/// <param name="Path">Family of the constant, such as <c>training</c>.</param>
/// <param name="Key">Key of the constant.</param>
/// <param name="Get">Reads the set.</param>
/// <param name="With">Replaces the set.</param>
/// <param name="Predict">Predicts the number.</param>
public sealed record RunTarget<T>(
    string Name, double Measured, string Path, string Key, Func<Efficiency, Calibrated<T>> Get, Func<Efficiency, Calibrated<T>, Efficiency> With,
    Func<Efficiency, double> Predict) : IRunTarget
    where T : IConstants<T>
{
    private const int Bisections = 40;
    private const double Nudge = 0.05;

    /// <inheritdoc/>
    public Efficiency Solve(Efficiency efficiency, double leastSensitivity, double repeatability, out double change, out string? refused)
    {
        change = 0;
        int index = T.Table.Select(static c => c.Key).ToList().IndexOf(Key);
        Constant<T> constant = T.Table[index];
        Calibrated<T> row = Get(efficiency);
        double now = constant.Get(row.Constants);
        double low = Math.Log(Math.Max(constant.Minimum, 1e-6 * constant.Maximum));
        double high = Math.Log(constant.Maximum);
        double sensitivity = (At(Math.Log(now) + Nudge) - At(Math.Log(now))) / Nudge;
        if (Math.Abs(sensitivity) < leastSensitivity)
        {
            refused = FormattableString.Invariant(
                $"{Name} cannot tell {Path}.{Key}: it changes by {Math.Abs(sensitivity):0.000} of the constant's relative change, at least {leastSensitivity} is needed");
            return efficiency;
        }

        double goal = Math.Log(Measured);
        bool rises = sensitivity > 0;
        if (At(rises ? low : high) > goal || At(rises ? high : low) < goal)
        {
            refused = FormattableString.Invariant(
                $"{Name} of {Measured:0.####} lies outside {Math.Exp(At(rises ? low : high)):0.####} to {Math.Exp(At(rises ? high : low)):0.####}, ")
                + $"which {Path}.{Key} can reach: the scenario is not what was measured, or another constant is wrong";
            return efficiency;
        }

        for (int i = 0; i < Bisections; i++)
        {
            double middle = (low + high) / 2;
            bool tooLow = At(middle) < goal;
            (low, high) = tooLow == rises ? (middle, high) : (low, middle);
        }

        refused = null;
        double value = Math.Exp((low + high) / 2);
        change = Math.Log(value / now);
        return With(efficiency, new(constant.With(row.Constants, value), Record(row, index, repeatability / Math.Abs(sensitivity))));

        double At(double logarithm) => Math.Log(Predict(With(efficiency, row with { Constants = constant.With(row.Constants, Math.Exp(logarithm)) })));
    }

    private FitRecord Record(Calibrated<T> row, int index, double error)
    {
        int size = T.Table.Length;
        FitRecord old = row.Fit ?? new FitRecord
        {
            Tables = [],
            Rows = 0,
            Groups = 0,
            RelativeErrors = [.. Enumerable.Repeat(0d, size)],
            Correlation = [.. Enumerable.Range(0, size * size).Select(i => i / size == i % size ? 1d : 0d)],
            Spread = row.Spread,
            MeanError = 0,
            MedianError = 0,
        };
        return old with
        {
            Tables = old.Tables.Add(FormattableString.Invariant($"one run: {Name} = {Measured:0.######} sets {Key}")),
            Rows = old.Rows + 1,
            Groups = old.Groups + 1,
            RelativeErrors = old.RelativeErrors.SetItem(index, error),
            Correlation = [.. Enumerable.Range(0, size * size).Select(i => i / size == i % size ? 1d : i / size == index || i % size == index ? 0d : old.Correlation[i])],
        };
    }
}
