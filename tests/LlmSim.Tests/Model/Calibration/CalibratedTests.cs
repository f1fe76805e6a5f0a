using System.Collections.Immutable;
using LlmSim.Model.Calibration;
using LlmSim.Model.Cost;
using LlmSim.Model.Draws;
using LlmSim.Model.Units;
using Xunit;

namespace LlmSim.Tests.Model.Calibration;

/// <summary>Draws of constants, bands and residual spreads.</summary>
public sealed class CalibratedTests
{
    private static readonly StreamConstants Constants = new(Seconds.Microseconds(2), 0.5);

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.95, 1.6448536269514722)]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.001, -3.090232306167813)]
    public void The_normal_quantile_hits_tables(double probability, double expected) => Assert.Equal(expected, NormalQuantile.At(probability), 1e-8);

    [Fact]
    public void Draws_have_the_standard_errors_and_the_correlation_of_the_fit()
    {
        Calibrated<StreamConstants> row = Row(0.10, 0.04, 0.8);
        (double[] floors, double[] shares) = Draws(row, 4000);
        Assert.Equal(0.10, Deviation(floors), 0.005);
        Assert.Equal(0.04, Deviation(shares), 0.002);
        Assert.Equal(0.8, floors.Zip(shares, static (a, b) => a * b).Average() / (0.10 * 0.04), 0.05);
    }

    [Fact]
    public void A_held_constant_is_never_drawn()
    {
        (double[] floors, double[] shares) = Draws(Row(0.1, 0, 0), 50);
        Assert.True(Deviation(floors) > 0.05);
        Assert.All(shares, static share => Assert.Equal(0, share));
    }

    [Fact]
    public void Draws_stay_inside_the_physical_range()
    {
        Calibrated<StreamConstants> row = Row(0.1, 3, 0);
        Assert.All(Enumerable.Range(0, 200), i => Assert.InRange(row.Draw(new CounterRandom(i, 1)).MemoryShare, 0.1, 1.1));
    }

    [Fact]
    public void A_band_is_the_five_and_ninety_five_percent_quantile_of_its_factors()
    {
        var band = new ErrorBand(0.8, 1.5);
        var random = new CounterRandom(7, 3);
        double[] factors = [.. Enumerable.Range(0, 20_000).Select(i => band.Factor(NormalQuantile.At(random.Uniform(i)))).Order()];
        Assert.Equal(0.8, factors[1000], 0.01);
        Assert.Equal(1.5, factors[19_000], 0.02);
    }

    [Fact]
    public void A_spread_runs_straight_between_sizes_in_logarithms()
    {
        var spread = new ResidualSpread([new(1e-6, new(0.5, 2)), new(1e-4, new(0.9, 1.1))]);
        Assert.Equal(new ErrorBand(0.5, 2), spread.At(1e-7));
        Assert.Equal(new ErrorBand(0.9, 1.1), spread.At(1));
        Assert.Equal(Math.Sqrt(0.5 * 0.9), spread.At(1e-5).Low, 1e-12);
        Assert.Equal(Math.Sqrt(2 * 1.1), spread.At(1e-5).High, 1e-12);
    }

    private static (double[] Floors, double[] Shares) Draws(Calibrated<StreamConstants> row, int count)
    {
        StreamConstants[] drawn = [.. Enumerable.Range(0, count).Select(i => row.Draw(new CounterRandom(i, 1)))];
        return ([.. drawn.Select(static d => Math.Log(d.Floor.Value / 2e-6))], [.. drawn.Select(static d => Math.Log(d.MemoryShare / 0.5))]);
    }

    private static double Deviation(double[] values) => Math.Sqrt(values.Average(static v => v * v));

    private static Calibrated<StreamConstants> Row(double floorError, double shareError, double correlation) => new(Constants, new FitRecord
    {
        Tables = ImmutableArray.Create("made up"),
        Rows = 10,
        Groups = 5,
        RelativeErrors = [floorError, shareError],
        Correlation = [1, correlation, correlation, 1],
        Spread = ResidualSpread.NotValidated,
        MeanError = 0.1,
        MedianError = 0.1,
    });
}
