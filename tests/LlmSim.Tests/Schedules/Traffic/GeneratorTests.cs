using LlmSim.Model.Units;
using LlmSim.Schedules.Traffic;
using Xunit;

namespace LlmSim.Tests.Schedules.Traffic;

public sealed class GeneratorTests
{
    private const int Requests = 100_000;

    /// <summary>Five standard errors of a mean over <see cref="Requests"/> draws of variation one.</summary>
    private const double Tolerance = 0.016;

    private static readonly RequestShapes Ones = new() { Prompt = LengthDistribution.Fixed(1), Output = LengthDistribution.Fixed(1), Seed = 3 };

    public static TheoryData<string, ArrivalProcess, double> Processes => new()
    {
        { "constant", ArrivalProcess.Constant(Hertz.From(4)), 0 },
        { "poisson", ArrivalProcess.Poisson(Hertz.From(4)), 1 },
        { "gamma, even", ArrivalProcess.Gamma(Hertz.From(4), 0.5), 0.5 },
        { "gamma, bursty", ArrivalProcess.Gamma(Hertz.From(4), 3), 3 },
        { "Weibull, even", ArrivalProcess.Weibull(Hertz.From(4), 0.4), 0.4 },
        { "Weibull, bursty", ArrivalProcess.Weibull(Hertz.From(4), 1.5), 1.5 },
    };

    [Theory]
    [MemberData(nameof(Processes))]
    public void Gaps_have_the_mean_and_the_variation_that_were_asked_for(string name, ArrivalProcess process, double variation)
    {
        double[] gaps = Gaps(process);
        double mean = gaps.Average();
        double deviation = Math.Sqrt(gaps.Average(gap => (gap - mean) * (gap - mean)));
        Assert.True(Math.Abs(mean - 0.25) <= 0.25 * Tolerance * Math.Max(variation, 1e-6), name);
        Assert.InRange(deviation / mean, (variation * 0.95) - 1e-6, (variation * 1.05) + 1e-6);
    }

    [Fact]
    public void Bursts_come_together_and_at_the_rate_that_was_asked_for()
    {
        double[] gaps = Gaps(ArrivalProcess.Bursts(Hertz.From(4), 10));
        Assert.Equal(Requests * 9 / 10, gaps.Count(gap => gap == 0));
        Assert.InRange(gaps.Average(), 0.25 * (1 - (4 * Tolerance)), 0.25 * (1 + (4 * Tolerance)));
    }

    [Fact]
    public void An_open_loop_ends_with_its_count_or_its_time()
    {
        Assert.Equal(7, Drain(new OpenLoop(ArrivalProcess.Constant(Hertz.From(2)), Ones, 7)).Count);
        List<Request> timed = Drain(new OpenLoop(ArrivalProcess.Constant(Hertz.From(2)), Ones, long.MaxValue, Seconds.From(10)));
        Assert.Equal(20, timed.Count);
        Assert.Equal(Instant.At(Seconds.From(10)), timed[^1].Arrival);
    }

    [Fact]
    public void Uniform_lengths_hit_both_ends_equally_often()
    {
        int[] lengths = Lengths(LengthDistribution.Uniform(8, 10));
        Assert.Equal([8, 9, 10], lengths.Distinct().Order());
        Assert.All([8, 9, 10], length => Assert.InRange(lengths.Count(drawn => drawn == length) / (double)Requests, 0.325, 0.342));
    }

    [Fact]
    public void Log_normal_lengths_have_the_mean_and_the_variation_that_were_asked_for()
    {
        int[] lengths = Lengths(LengthDistribution.LogNormal(1000, 0.8));
        double mean = lengths.Average();
        Assert.InRange(mean, 990, 1010);
        Assert.InRange(Math.Sqrt(lengths.Average(length => (length - mean) * (length - mean))) / mean, 0.77, 0.83);

        // The median of a log-normal distribution is its mean over sqrt(1 + v²).
        Assert.InRange(LengthDistribution.LogNormal(1000, 0.8).Quantile(0.5), 780, 782);
    }

    [Fact]
    public void Exponential_lengths_have_their_mean_and_stay_between_one_and_the_maximum()
    {
        Assert.InRange(Lengths(LengthDistribution.Exponential(200)).Average(), 197, 203);
        int[] cut = Lengths(LengthDistribution.Exponential(200, 500));
        Assert.Equal((1, 500), (cut.Min(), cut.Max()));
        Assert.InRange(cut.Count(length => length == 500) / (double)Requests, Math.Exp(-2.5) - 0.005, Math.Exp(-2.5) + 0.005);
    }

    [Fact]
    public void The_widest_uniform_distribution_does_not_overflow()
    {
        Assert.Equal(1, LengthDistribution.Uniform(1, int.MaxValue).Quantile(1e-300));
        Assert.Equal(int.MaxValue, LengthDistribution.Uniform(1, int.MaxValue).Quantile(1 - 1e-16));
    }

    [Fact]
    public void Prompts_outputs_and_arrivals_do_not_depend_on_each_other()
    {
        RequestShapes shapes = new() { Prompt = LengthDistribution.Uniform(1, 1000), Output = LengthDistribution.Uniform(1, 1000), Seed = 11 };
        List<Request> requests = Drain(new OpenLoop(ArrivalProcess.Poisson(Hertz.From(1)), shapes, Requests));
        double[] gaps = [.. requests.Select((request, i) => (request.Arrival - (i == 0 ? Instant.Zero : requests[i - 1].Arrival)).Value)];
        double[] prompts = [.. requests.Select(request => (double)request.PromptTokens)];
        double[] outputs = [.. requests.Select(request => (double)request.OutputTokens)];
        Assert.InRange(Correlation(prompts, outputs), -Tolerance, Tolerance);
        Assert.InRange(Correlation(prompts, gaps), -Tolerance, Tolerance);
        Assert.InRange(Correlation(prompts[1..], prompts[..^1]), -Tolerance, Tolerance);
    }

    [Fact]
    public void A_closed_loop_sends_the_next_request_when_one_has_ended()
    {
        ClosedLoop loop = new(2, Ones, 4, Seconds.From(1));
        Request first = loop.Take();
        Request second = loop.Take();
        Assert.Equal((Instant.Zero, Instant.Zero), (first.Arrival, second.Arrival));
        Assert.Equal(Instant.Never, loop.NextArrival);
        loop.Finished(second, Instant.At(Seconds.From(5)));
        loop.Finished(first, Instant.At(Seconds.From(5.5)));
        Assert.Equal([6.0, 6.5], new[] { loop.Take(), loop.Take() }.Select(request => request.Arrival.SinceStart.Value));
        loop.Finished(first, Instant.At(Seconds.From(9)));
        Assert.Equal(Instant.Never, loop.NextArrival);
    }

    private static double[] Gaps(ArrivalProcess process)
    {
        List<Request> requests = Drain(new OpenLoop(process, Ones, Requests));
        return [.. requests.Select((request, i) => (request.Arrival - (i == 0 ? Instant.Zero : requests[i - 1].Arrival)).Value)];
    }

    private static int[] Lengths(LengthDistribution distribution)
    {
        RequestShapes shapes = new() { Prompt = distribution, Output = LengthDistribution.Fixed(1), Seed = 99 };
        return [.. Enumerable.Range(0, Requests).Select(i => shapes.Shape(i, Instant.Zero).PromptTokens)];
    }

    private static double Correlation(double[] left, double[] right)
    {
        (double meanLeft, double meanRight) = (left.Average(), right.Average());
        double covariance = left.Zip(right, (a, b) => (a - meanLeft) * (b - meanRight)).Average();
        return covariance / Math.Sqrt(left.Average(a => (a - meanLeft) * (a - meanLeft)) * right.Average(b => (b - meanRight) * (b - meanRight)));
    }

    private static List<Request> Drain(OpenLoop source)
    {
        List<Request> requests = [];
        while (source.NextArrival != Instant.Never)
        {
            requests.Add(source.Take());
        }

        return requests;
    }
}
