using LlmSim.Model.Units;
using MathNet.Numerics;
using MathNet.Numerics.Distributions;

namespace LlmSim.Schedules.Traffic;

/// <summary>How an open stream of requests is spread in time, at a mean rate. The first request comes one gap after zero.</summary>
public abstract record ArrivalProcess
{
    private ArrivalProcess(Hertz rate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate.Value, nameof(rate));
        MeanGap = Seconds.From(1 / rate.Value);
    }

    /// <summary>Mean time from one request to the next.</summary>
    public Seconds MeanGap { get; }

    /// <summary>One request every <c>1 / rate</c>.</summary>
    public static ArrivalProcess Constant(Hertz rate) => new ConstantGaps(rate);

    /// <summary>Independent arrivals: exponential gaps.</summary>
    public static ArrivalProcess Poisson(Hertz rate) => new GammaGaps(rate, 1);

    /// <summary>
    /// Gamma-distributed gaps of coefficient of variation <paramref name="variation"/>: below one more even than Poisson, above one burstier.
    /// </summary>
    public static ArrivalProcess Gamma(Hertz rate, double variation)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(variation);
        return new GammaGaps(rate, variation);
    }

    /// <summary>
    /// Weibull-distributed gaps of coefficient of variation <paramref name="variation"/>: above one, its tail is longer than that of the gamma distribution.
    /// </summary>
    public static ArrivalProcess Weibull(Hertz rate, double variation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(variation, WeibullShape.LeastVariation);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(variation, WeibullShape.LargestVariation);
        return new WeibullGaps(rate, WeibullShape.Of(variation));
    }

    /// <summary>
    /// Groups of <paramref name="size"/> requests at once, with exponential gaps between groups such that requests come at <paramref name="rate"/>.
    /// </summary>
    public static ArrivalProcess Bursts(Hertz rate, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        return new BurstGaps(rate, size);
    }

    /// <summary>
    /// The gap before request <paramref name="index"/>, at which the gap's distribution function reaches <paramref name="share"/>, strictly between 0
    /// and 1.
    /// </summary>
    public abstract Seconds Gap(long index, double share);

    private static Seconds ExponentialGap(Seconds mean, double share) => mean * Exponential.InvCDF(1, share);

    private sealed record ConstantGaps(Hertz Rate) : ArrivalProcess(Rate)
    {
        public override Seconds Gap(long index, double share) => MeanGap;
    }

    /// <summary>Variation v and mean m give shape 1/v² and scale m·v².</summary>
    private sealed record GammaGaps(Hertz Rate, double Variation) : ArrivalProcess(Rate)
    {
        public override Seconds Gap(long index, double share)
        {
            double shape = 1 / (Variation * Variation);
            return Variation == 1 ? ExponentialGap(MeanGap, share) : MeanGap * MathNet.Numerics.Distributions.Gamma.InvCDF(shape, shape, share);
        }
    }

    /// <summary>Mean m and shape k give scale m / Γ(1 + 1/k); the quantile is scale · (-ln(1 - share))^(1/k).</summary>
    private sealed record WeibullGaps(Hertz Rate, double Shape) : ArrivalProcess(Rate)
    {
        private readonly double _scale = 1 / SpecialFunctions.Gamma(1 + (1 / Shape));

        public override Seconds Gap(long index, double share) => MeanGap * (_scale * Math.Pow(-Math.Log(1 - share), 1 / Shape));
    }

    private sealed record BurstGaps(Hertz Rate, int Size) : ArrivalProcess(Rate)
    {
        public override Seconds Gap(long index, double share) => index % Size == 0 ? ExponentialGap(MeanGap * Size, share) : Seconds.Zero;
    }
}
