using LlmSim.Model.Units;
using LlmSim.Schedules.Traffic;
using Xunit;

namespace LlmSim.Tests.Schedules.Traffic;

/// <summary>Rates that change with time, against integrals done by hand.</summary>
public sealed class RateProfileTests
{
    private static readonly RequestShapes Ones = new() { Prompt = LengthDistribution.Fixed(1), Output = LengthDistribution.Fixed(1), Seed = 8 };

    [Fact]
    public void A_ramp_sends_in_its_first_half_what_the_area_below_it_says()
    {
        // From 1 to 9 a second over 1000 s: a T/2 + (b - a) T/8 = 1500 in the first half, (a + b) T/2 = 5000 in all, then 9 a second.
        RateProfile ramp = RateProfile.Ramp(Hertz.From(1), Hertz.From(9), Seconds.From(1000));
        double[] times = Times(ramp, 1200);
        Assert.InRange(times.Count(static t => t <= 500), 1500 - (5 * 39), 1500 + (5 * 39));
        Assert.InRange(times.Count(static t => t <= 1000), 5000 - (5 * 71), 5000 + (5 * 71));
        Assert.InRange(times.Count(static t => t > 1000), 1800 - (5 * 43), 1800 + (5 * 43));
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(8, 2)]
    [InlineData(1, 30)]
    public void The_time_of_so_many_arrivals_is_where_the_area_below_the_rate_is_so_large(double from, double to)
    {
        // The trapezoids of a linear rate are exact.
        RateProfile ramp = RateProfile.Ramp(Hertz.From(from), Hertz.From(to), Seconds.From(60));
        foreach (double arrivals in new[] { 0, 0.5, 7, 60, 100, 1000 })
        {
            double end = ramp.TimeOf(arrivals).Value;
            Assert.Equal(arrivals, Area(ramp, end, 60), 6);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.6)]
    [InlineData(1)]
    public void A_day_has_half_and_the_amplitude_over_pi_of_its_requests_around_noon(double amplitude)
    {
        // The integral of 1 - A cos(2πt/P) from P/4 to 3P/4 is P (1/2 + A/π).
        RateProfile day = RateProfile.Diurnal(Hertz.From(20), amplitude, Seconds.From(1000));
        double[] times = Times(day, 1000);
        double expected = 20_000 * (0.5 + (amplitude / Math.PI));
        Assert.InRange(times.Count(static t => t is > 250 and <= 750), expected - (5 * Math.Sqrt(expected)), expected + (5 * Math.Sqrt(expected)));
        Assert.InRange(times.Length, 20_000 - (5 * 142), 20_000 + (5 * 142));
        Assert.Equal(3000, day.TimeOf(60_000).Value, 6);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 0.5227232)]
    [InlineData(0.5, 2.2360680)]
    public void A_Weibull_shape_has_the_variation_that_tables_give_it(double shape, double variation)
    {
        // k = 1 is exponential; k = 2 is Rayleigh, sqrt(4/π - 1); k = 1/2 has moments 2 and 24, sqrt(24/4 - 1).
        Assert.Equal(shape, WeibullShape.Of(variation), 5);
    }

    [Fact]
    public void Prompts_of_one_application_have_the_blocks_of_its_beginning_in_common_and_no_others()
    {
        SharedPrefix prefix = new() { Tokens = 100, Groups = 3, BlockTokens = 16 };
        RequestShapes shapes = Ones with { Prompt = LengthDistribution.Fixed(60), Prefix = prefix };
        Request[] requests = [.. Enumerable.Range(0, 200).Select(id => shapes.Shape(id, Instant.Zero))];
        Assert.All(requests, static request => Assert.Equal((160, 10), (request.PromptTokens, request.PrefixBlocks.Length)));
        int[] sizes = [.. requests.GroupBy(static request => request.PrefixBlocks[0]).Select(static group => group.Count()).Order()];
        Assert.Equal(3, sizes.Length);
        Assert.InRange(sizes[0], 40, 66);
        Assert.All(
            requests.GroupBy(static request => request.PrefixBlocks[0]),
            static group => Assert.Single(group.Select(static request => string.Join(',', request.PrefixBlocks.Take(6))).Distinct()));
        Assert.Equal(200 * 4, requests.SelectMany(static request => request.PrefixBlocks.Skip(6)).Distinct().Count());
    }

    private static double Area(RateProfile profile, double end, double kink)
    {
        return end <= kink ? Trapezoid(0, end) : Trapezoid(0, kink) + Trapezoid(kink, end);

        double Trapezoid(double a, double b) => 0.5 * (profile.RateAt(Seconds.From(a)).Value + profile.RateAt(Seconds.From(b)).Value) * (b - a);
    }

    private static double[] Times(RateProfile profile, double until)
    {
        OpenLoop source = new(ArrivalProcess.Poisson(Hertz.From(1)), Ones, long.MaxValue, Seconds.From(until), profile);
        List<double> times = [];
        while (source.NextArrival != Instant.Never)
        {
            times.Add(source.Take().Arrival.SinceStart.Value);
        }

        Assert.Equal(times.Order(), times);
        return [.. times];
    }
}
