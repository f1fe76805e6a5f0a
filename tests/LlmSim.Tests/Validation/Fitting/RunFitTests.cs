using LlmSim.Model.Catalog;
using LlmSim.Model.Cost;
using LlmSim.Model.Units;
using LlmSim.Validation.Fitting;
using Xunit;

namespace LlmSim.Tests.Validation.Fitting;

/// <summary>Constants from single measured numbers, on predictions whose solution is known by hand.</summary>
public sealed class RunFitTests
{
    private static readonly Efficiency Start = EfficiencyCatalog.Section.Find("a100-sxm-80gb");

    [Fact]
    public void A_factor_is_solved_exactly()
    {
        // 2 s fixed and 4 s times the factor: 8 s means a factor of 1.5.
        RunFitResult result = RunFit.Solve(Start, [Target("step", 8, "gemm_factor", static e => 2 + (4 * e.Training.Constants.GemmFactor))]);
        Assert.Empty(result.Problems);
        Assert.Equal(1.5, result.Efficiency.Training.Constants.GemmFactor, 1e-6);
    }

    [Fact]
    public void A_rate_that_falls_with_the_constant_is_solved_too()
    {
        RunFitResult result = RunFit.Solve(Start, [Target("rate", 100, "gemm_factor", static e => 150 / e.Training.Constants.GemmFactor)]);
        Assert.Equal(1.5, result.Efficiency.Training.Constants.GemmFactor, 1e-6);
    }

    [Fact]
    public void Two_numbers_set_two_constants()
    {
        // a = factor + 1000 launch, b = factor + 3000 launch: a = 1.3 and b = 1.5 give launch 100 us and factor 1.2.
        RunFitResult result = RunFit.Solve(Start,
        [
            Target("a", 1.3, "gemm_factor", static e => e.Training.Constants.GemmFactor + (1000 * e.Training.Constants.LaunchTime.Value)),
            Target("b", 1.5, "launch_time", static e => e.Training.Constants.GemmFactor + (3000 * e.Training.Constants.LaunchTime.Value)),
        ]);
        Assert.Equal(1.2, result.Efficiency.Training.Constants.GemmFactor, 1e-3);
        Assert.Equal(1e-4, result.Efficiency.Training.Constants.LaunchTime.Value, 1e-6);
    }

    [Fact]
    public void The_standard_error_is_that_of_the_measurement_over_the_sensitivity()
    {
        // d ln(2 + 4 f) / d ln f at 1.5 is 6/8; a run repeats within 2 %.
        RunFitResult result = RunFit.Solve(Start, [Target("step", 8, "gemm_factor", static e => 2 + (4 * e.Training.Constants.GemmFactor))]);
        int place = TrainingConstants.Table.Select(static c => c.Key).ToList().IndexOf("gemm_factor");
        Assert.Equal(0.02 / 0.75, result.Efficiency.Training.Fit!.RelativeErrors[place], 0.002);
    }

    [Fact]
    public void A_number_that_hardly_depends_on_the_constant_is_refused()
    {
        RunFitResult result = RunFit.Solve(Start, [Target("step", 8, "gemm_factor", static e => 8 + (0.01 * e.Training.Constants.GemmFactor))]);
        Assert.Contains("cannot tell training.gemm_factor", Assert.Single(result.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_out_of_reach_is_refused_with_what_can_be_reached()
    {
        RunFitResult result = RunFit.Solve(Start, [Target("step", 800, "gemm_factor", static e => 2 + (4 * e.Training.Constants.GemmFactor))]);
        Assert.Contains("lies outside 4 to 14", Assert.Single(result.Problems), StringComparison.Ordinal);
    }

    private static RunTarget<TrainingConstants> Target(string name, double measured, string key, Func<Efficiency, double> predict) =>
        new(name, measured, "training", key, static e => e.Training, static (e, row) => e with { Training = row }, predict);
}
