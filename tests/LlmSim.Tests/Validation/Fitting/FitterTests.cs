using System.Collections.Immutable;
using LlmSim.Model.Calibration;
using LlmSim.Model.Cost;
using LlmSim.Model.Draws;
using LlmSim.Model.Units;
using LlmSim.Validation.Fitting;
using Xunit;

namespace LlmSim.Tests.Validation.Fitting;

/// <summary>Fits of made-up measurements whose truth is known.</summary>
public sealed class FitterTests
{
    private static readonly StreamConstants Truth = new(Seconds.Microseconds(3), 0.62);

    [Fact]
    public void Exact_measurements_give_back_their_constants()
    {
        FitResult<StreamConstants> result = Fitter.Fit(Problem(0));
        Assert.Equal(3e-6, result.Row.Constants.Floor.Value, 3e-9);
        Assert.Equal(0.62, result.Row.Constants.MemoryShare, 6e-4);
        Assert.Empty(result.Unknown);
        Assert.True(result.Row.Fit!.MeanError < 1e-3);
    }

    [Fact]
    public void The_truth_lies_within_three_standard_errors_of_noisy_measurements()
    {
        for (int seed = 0; seed < 5; seed++)
        {
            FitResult<StreamConstants> result = Fitter.Fit(Problem(0.1, seed));
            Assert.InRange(Math.Log(result.Row.Constants.Floor.Value / 3e-6) / result.Row.Fit!.RelativeErrors[0], -3, 3);
            Assert.InRange(Math.Log(result.Row.Constants.MemoryShare / 0.62) / result.Row.Fit.RelativeErrors[1], -3, 3);
            Assert.InRange(result.Row.Fit.MeanError, 0.05, 0.12);
        }
    }

    [Fact]
    public void A_tenth_of_wild_rows_does_not_pull_the_fit()
    {
        FitProblem<StreamConstants> problem = Problem(0.02);
        problem = problem with { Measured = [.. problem.Measured.Select(static (m, i) => i % 10 == 3 ? 6 * m : m)] };
        StreamConstants found = Fitter.Fit(problem).Row.Constants;
        Assert.Equal(0.62, found.MemoryShare, 0.02);
    }

    [Fact]
    public void A_constant_that_no_row_depends_on_is_named()
    {
        FitProblem<StreamConstants> problem = Problem(0.02) with { Predict = static c => i => Bytes(i) / (c.MemoryShare * 1e12) };
        problem = problem with { Measured = [.. Enumerable.Range(0, problem.Measured.Length).Select(static i => Bytes(i) / 0.62e12)] };
        FitResult<StreamConstants> result = Fitter.Fit(problem);
        Assert.Equal(["floor"], result.Unknown.Concat(result.AtBound).Distinct());
    }

    [Fact]
    public void Nine_of_ten_unseen_rows_lie_in_the_band()
    {
        ResidualSpread spread = Fitter.Fit(Problem(0.1)).Row.Spread;
        FitProblem<StreamConstants> unseen = Problem(0.1, 99);
        int inside = Enumerable.Range(0, unseen.Measured.Length).Count(i =>
        {
            double predicted = unseen.Predict(Truth)(i);
            ErrorBand band = spread.At(predicted);
            return unseen.Measured[i] >= predicted * band.Low && unseen.Measured[i] <= predicted * band.High;
        });
        Assert.InRange(inside / (double)unseen.Measured.Length, 0.86, 0.97);
    }

    [Fact]
    public void Folds_keep_groups_whole_and_are_about_equal()
    {
        FitResult<StreamConstants> result = Fitter.Fit(Problem(0.1));
        Assert.Equal(400, result.CrossValidated.Length);
        Assert.True(result.LearningCurve[^1].MeanError <= result.LearningCurve[0].MeanError * 1.1);
    }

    private static double Bytes(int i) => Math.Pow(10, 5 + (4 * (i % 97) / 97d));

    private static FitProblem<StreamConstants> Problem(double noise, int seed = 0)
    {
        var random = new CounterRandom(seed, 5);
        static double Predict(StreamConstants c, int i) => c.Floor.Value + (Bytes(i) / (c.MemoryShare * 1e12));
        return new FitProblem<StreamConstants>
        {
            Start = StreamConstants.Typical,
            Measured = [.. Enumerable.Range(0, 400).Select(i => Predict(Truth, i) * Math.Exp(noise * NormalQuantile.At(random.Uniform(i))))],
            Groups = [.. Enumerable.Range(0, 400).Select(static i => FormattableString.Invariant($"g{i % 40}"))],
            Predict = static c => i => Predict(c, i),
            Tables = ImmutableArray.Create("made up"),
        };
    }
}
