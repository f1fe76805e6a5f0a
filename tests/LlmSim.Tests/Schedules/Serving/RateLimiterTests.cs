using CsCheck;
using LlmSim.Model.Units;
using LlmSim.Schedules.Serving.Admission;
using Xunit;

namespace LlmSim.Tests.Schedules.Serving;

/// <summary>What tells the limiters apart, and the bound that each one's definition gives.</summary>
public sealed class RateLimiterTests
{
    private static readonly Seconds Second = Seconds.From(1);

    private static readonly Gen<(double Time, int Units)[]> Arrivals =
        from gaps in Gen.Select(Gen.Int[0, 400], Gen.Int[1, 4]).Array[1, 120]
        select Sum(gaps);

    [Fact]
    public void A_token_bucket_lets_a_burst_through_and_a_leaky_bucket_does_not()
    {
        Assert.Equal(Enumerable.Repeat(0.0, 10), Burst(new TokenBucket(10, 10), 10));
        Assert.Equal(Enumerable.Range(0, 10).Select(static i => i * 0.1), Burst(new LeakyBucket(10, 10), 10), static (a, b) => Math.Abs(a - b) < 1e-9);
    }

    [Fact]
    public void A_full_bucket_refuses_what_comes_on_top_and_refills_at_its_rate()
    {
        foreach (IRateLimiter limiter in new IRateLimiter[] { new TokenBucket(10, 10), new LeakyBucket(10, 10) })
        {
            Assert.Equal(10, Burst(limiter, 15).Length);
            Assert.Null(Offer(limiter, 0.099, 1));
            Assert.NotNull(Offer(limiter, 0.1, 1));
            Assert.Null(Offer(limiter, 0.1, 1));
            Assert.Null(Offer(limiter, 9, 11));
        }
    }

    [Fact]
    public void A_fixed_window_lets_twice_its_limit_through_at_a_border_and_a_sliding_log_does_not()
    {
        double[] times = [.. Enumerable.Repeat(0.95, 10), .. Enumerable.Repeat(1.05, 10)];
        Assert.Equal(20, times.Count(Passes(new FixedWindow(10, Second))));
        Assert.Equal(10, times.Count(Passes(new SlidingWindowLog(10, Second))));
    }

    [Fact]
    public void A_sliding_log_forgets_after_exactly_its_window()
    {
        Func<double, bool> passes = Passes(new SlidingWindowLog(2, Second));
        Assert.Equal([true, true, false, false, true, false, true], new[] { 0, 0.5, 0.6, 0.999, 1, 1.4, 1.5 }.Select(passes));
    }

    [Fact]
    public void No_stretch_as_long_as_the_window_has_more_than_the_limit_in_a_sliding_log() => Arrivals.Sample(arrivals =>
    {
        (double Time, int Units)[] passed = Released(new SlidingWindowLog(12, Second), arrivals);
        return passed.All(start => passed.Where(one => one.Time >= start.Time && one.Time < start.Time + 1 - 1e-6).Sum(static one => one.Units) <= 12);
    });

    [Fact]
    public void No_stretch_has_more_than_the_burst_and_the_rate_in_a_token_bucket() => Arrivals.Sample(arrivals =>
    {
        (double Time, int Units)[] passed = Released(new TokenBucket(5, 8), arrivals);
        return passed.All(start => passed.Where(one => one.Time >= start.Time)
            .All(end => passed.Where(one => one.Time >= start.Time && one.Time <= end.Time).Sum(static one => one.Units) <= 8 + (5 * (end.Time - start.Time)) + 1e-4));
    });

    [Fact]
    public void Releases_of_a_leaky_bucket_are_in_order_and_each_as_far_from_the_next_as_its_units_take() => Arrivals.Sample(arrivals =>
    {
        (double Time, int Units)[] passed = Released(new LeakyBucket(5, 20), arrivals);
        return passed.Zip(passed.Skip(1)).All(static pair => pair.Second.Time - pair.First.Time >= (pair.First.Units / 5.0) - 1e-6);
    });

    [Fact]
    public void Every_request_that_the_rate_allows_passes_every_limiter()
    {
        foreach (LimitAlgorithm algorithm in Enum.GetValues<LimitAlgorithm>())
        {
            IRateLimiter limiter = new RateLimit { Algorithm = algorithm, Limit = 4, Window = Second, Burst = algorithm is LimitAlgorithm.TokenBucket or LimitAlgorithm.LeakyBucket ? 1 : null }.Create();
            Assert.All(Enumerable.Range(0, 100), i => Assert.Equal(At(i * 0.25), Offer(limiter, i * 0.25, 1)));
        }
    }

    private static Func<double, bool> Passes(IRateLimiter limiter) => time => Offer(limiter, time, 1) is not null;

    private static double[] Burst(IRateLimiter limiter, int requests) =>
        [.. Enumerable.Range(0, requests).Select(_ => Offer(limiter, 0, 1)).OfType<Instant>().Select(static release => release.SinceStart.Value)];

    private static (double Time, int Units)[] Released(IRateLimiter limiter, (double Time, int Units)[] arrivals) =>
        [.. arrivals.Select(one => (Release: Offer(limiter, one.Time, one.Units), one.Units))
            .Where(static one => one.Release is not null).Select(static one => (one.Release!.Value.SinceStart.Value, one.Units))];

    private static Instant? Offer(IRateLimiter limiter, double time, long units)
    {
        Instant? release = limiter.Test(At(time), units);
        Assert.Equal(release, limiter.Test(At(time), units));
        if (release is not null)
        {
            limiter.Take(At(time), units);
        }

        return release;
    }

    private static Instant At(double time) => Instant.At(Seconds.From(time));

    private static (double Time, int Units)[] Sum((int Gap, int Units)[] gaps)
    {
        double time = 0;
        return [.. gaps.Select(one => (time += Math.Max(0, one.Gap - 100) * 1e-3, one.Units))];
    }
}
