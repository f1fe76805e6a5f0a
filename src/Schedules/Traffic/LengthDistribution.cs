namespace LlmSim.Schedules.Traffic;

/// <summary>A distribution of prompt or output lengths in tokens. Lengths are whole and at least one.</summary>
public abstract record LengthDistribution
{
    /// <summary>Every length is <paramref name="tokens"/>.</summary>
    public static LengthDistribution Fixed(int tokens) => new FixedLength(AtLeastOne(tokens, nameof(tokens)));

    /// <summary>All whole lengths from <paramref name="low"/> to <paramref name="high"/>, both included, equally likely.</summary>
    public static LengthDistribution Uniform(int low, int high)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(high, AtLeastOne(low, nameof(low)));
        return new UniformLength(low, high);
    }

    /// <summary>
    /// A log-normal distribution of mean <paramref name="mean"/> tokens and coefficient of variation <paramref name="variation"/>, before it is cut
    /// at <paramref name="max"/>.
    /// </summary>
    /// <remarks>Longer draws become <paramref name="max"/>, so a low maximum lowers the mean.</remarks>
    public static LengthDistribution LogNormal(double mean, double variation, int max = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(mean);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(variation);
        return new LogNormalLength(mean, variation, AtLeastOne(max, nameof(max)));
    }

    /// <summary>
    /// An exponential distribution of mean <paramref name="mean"/> tokens, before it is cut at <paramref name="max"/> and rounded up to one.
    /// </summary>
    public static LengthDistribution Exponential(double mean, int max = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(mean);
        return new ExponentialLength(mean, AtLeastOne(max, nameof(max)));
    }

    /// <summary>The length at which the distribution function reaches <paramref name="share"/>, strictly between 0 and 1.</summary>
    public abstract int Quantile(double share);

    private static int AtLeastOne(int tokens, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens, 1, name);
        return tokens;
    }

    private static int Whole(double tokens, int max) => tokens >= max ? max : Math.Max(1, (int)Math.Round(tokens, MidpointRounding.AwayFromZero));

    private sealed record FixedLength(int Tokens) : LengthDistribution
    {
        public override int Quantile(double share) => Tokens;
    }

    private sealed record UniformLength(int Low, int High) : LengthDistribution
    {
        public override int Quantile(double share) => Low + (int)Math.Min((long)(share * (High - (long)Low + 1)), High - (long)Low);
    }

    /// <summary>Mean m and variation v give σ² = ln(1 + v²) and µ = ln m - σ²/2.</summary>
    private sealed record LogNormalLength(double Mean, double Variation, int Max) : LengthDistribution
    {
        private readonly double _sigma = Math.Sqrt(Math.Log(1 + (Variation * Variation)));
        private readonly double _mu = Math.Log(Mean) - (0.5 * Math.Log(1 + (Variation * Variation)));

        public override int Quantile(double share) => Whole(MathNet.Numerics.Distributions.LogNormal.InvCDF(_mu, _sigma, share), Max);
    }

    private sealed record ExponentialLength(double Mean, int Max) : LengthDistribution
    {
        public override int Quantile(double share) => Whole(MathNet.Numerics.Distributions.Exponential.InvCDF(1 / Mean, share), Max);
    }
}
